"""Where weights begin."""
import numpy


class TruncatedNormal:
    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        self._mean, self._stddev, self._random = mean, stddev, numpy.random.default_rng(seed)

    def __call__(self, shape):
        values = self._random.normal(size=shape)
        return self._mean + self._stddev * numpy.clip(values, -2, 2)


class GlorotUniform:
    def __call__(self, shape):
        receptive = int(numpy.prod(shape[:-2]))
        limit = (6 / (receptive * (shape[-2] + shape[-1]))) ** 0.5
        return numpy.random.default_rng().uniform(-limit, limit, shape)


def zeros(shape):
    return numpy.zeros(shape)


def ones(shape):
    return numpy.ones(shape)

"""Operations on arrays, and on values of a model to be."""
import numpy

from .tensor import apply


def zeros(shape):
    return numpy.zeros(shape, dtype="float32")


def ones_like(x):
    return apply(numpy.ones_like, x)


def pad(x, pad_width, mode="constant", constant_values=None):
    if mode != "constant":
        raise ValueError("The stand-in pads with a constant alone.")
    return apply(lambda value: numpy.pad(value, pad_width, constant_values=constant_values or 0), x)


def reshape(x, newshape):
    return apply(lambda value: value.reshape(newshape), x)


def transpose(x, axes=None):
    return apply(lambda value: value.transpose(axes), x)


def matmul(x1, x2):
    return apply(numpy.matmul, x1, x2)


def mean(x, axis=None, keepdims=False):
    return apply(lambda value: value.mean(axis, keepdims=keepdims), x)


def softmax(x, axis=-1):
    def function(value):
        powers = numpy.exp(value - value.max(axis, keepdims=True))
        return powers / powers.sum(axis, keepdims=True)

    return apply(function, x)


def convert_to_numpy(x):
    return numpy.asarray(x)

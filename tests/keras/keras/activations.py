"""What layers.Activation and the argument `activation` know by name."""
import math

import numpy

_erf = numpy.vectorize(math.erf, otypes=["float32"])


def relu6(x):
    return numpy.clip(x, 0, 6)


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


_functions = {
    "relu": lambda x: numpy.maximum(x, 0),
    "relu6": relu6,
    "sigmoid": sigmoid,
    "tanh": numpy.tanh,
    "silu": lambda x: x * sigmoid(x),
    "hard_silu": lambda x: x * relu6(x + 3) / 6,
    "gelu": lambda x: x * (1 + _erf(x / 2**0.5)) / 2,
    None: lambda x: x,
}


def get(name):
    if name not in _functions:
        raise ValueError(f"Could not interpret activation function identifier: {name}")
    return _functions[name]

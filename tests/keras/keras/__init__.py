"""A stand-in for Keras 3, for tests where Keras itself is not at hand, as on Debian.

It is not Keras. It has the layers, operations and arguments that the programs printed by Lemnos use, and no others:
an argument or a function that it does not know is an error. What they do was written anew in numpy after the
documentation of Keras 3, as with its TensorFlow and JAX backends: pictures are {N, height, width, channels}, padding
"same" puts the odd pixel below and to the right, weights stand in the order that Keras gives them, and what Keras
refuses (two layers of one name, strides together with dilation, groups that don't divide the channels) is refused.
It answers as a network does when it is used; it can't train.

A program that runs here calls everything as it is to be called, and gives the answers that these definitions give.
Whether Keras agrees with them is shown where it is installed: the test takes it then.
"""
import numpy

from . import initializers, layers, ops
from .tensor import KerasTensor, evaluate

__all__ = ["KerasTensor", "Model", "initializers", "layers", "ops"]


class Model:
    """The functional model: everything between the inputs and the outputs."""

    def __init__(self, inputs, outputs):
        if not isinstance(inputs, KerasTensor) or not isinstance(outputs, KerasTensor):
            raise ValueError("A model is made of what layers.Input() and the layers behind it gave.")
        self._inputs, self._outputs = inputs, outputs
        self.layers = []
        for tensor in outputs.history():
            if isinstance(tensor.maker, layers.Layer) and tensor.maker not in self.layers:
                self.layers.append(tensor.maker)
        if inputs.maker not in self.layers:
            raise ValueError("The outputs don't follow from the inputs.")
        names = [layer.name for layer in self.layers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"The name \"{name}\" is used {names.count(name)} times in the model; all layer names "
                                 "should be unique.")

    def __call__(self, x):
        x = numpy.asarray(x, dtype="float32")
        if x.shape[1:] != self._inputs.shape[1:]:
            raise ValueError(f"The model expects {self._inputs.shape}, not {x.shape}.")
        return evaluate(self._outputs, {id(self._inputs): x})

    @property
    def weights(self):
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def trainable_weights(self):
        return [weight for weight in self.weights if weight.trainable]

    def count_params(self):
        return sum(int(numpy.prod(weight.shape)) for weight in self.weights)

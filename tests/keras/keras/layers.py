"""The layers of Keras that printed programs use."""
import numpy

from . import activations, initializers, ops
from .tensor import KerasTensor, apply
from .windows import pair, windows


class Variable:
    def __init__(self, value, trainable, name):
        self.value, self.trainable, self.name = numpy.asarray(value, dtype="float32"), trainable, name
        self.shape = self.value.shape

    def assign(self, value):
        if tuple(value.shape) != self.shape:
            raise ValueError(f"The weight {self.name} has shape {self.shape}, not {value.shape}.")
        self.value = numpy.array(value, dtype="float32")

    def __array__(self, dtype=None):
        return self.value if dtype is None else self.value.astype(dtype)

    # x + variable: what numpy would otherwise ask of an array.
    __array_priority__ = 1000

    def __radd__(self, other):
        return other + self.value


_counts = {}


def _name_for(layer_type):
    """As Keras does it: "zero_padding2d", "zero_padding2d_1", ..."""
    name = layer_type.__name__
    text = "".join("_" + c.lower() if c.isupper() and i > 0 and not name[i - 1].isupper() and not name[i - 1].isdigit()
                   else c.lower() for i, c in enumerate(name))
    _counts[text] = _counts.get(text, 0) + 1
    return text if _counts[text] == 1 else f"{text}_{_counts[text] - 1}"


class Layer:
    def __init__(self, *, name=None, trainable=True):
        self._own, self._parts, self.built, self.trainable = [], [], False, trainable
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`: {name}")
        self.name = name or _name_for(type(self))

    def __setattr__(self, key, value):
        if isinstance(value, Layer):
            if "_parts" not in self.__dict__:
                raise RuntimeError("Call super().__init__() before layers are set as attributes.")
            self._parts.append(value)
        super().__setattr__(key, value)

    def add_weight(self, shape, initializer, name, trainable=True):
        self._own.append(Variable(initializer(tuple(shape)), trainable, name))
        return self._own[-1]

    def build(self, shape):
        pass

    def call(self, x):
        raise NotImplementedError

    def __call__(self, x):
        if not self.built:
            shapes = [(None, *value.shape[1:]) for value in (x if isinstance(x, list) else [x])]
            self.build(shapes if isinstance(x, list) else shapes[0])
            self.built = True
        return apply(self.call, x, maker=self)

    @property
    def weights(self):
        own = [w for w in self._own if w.trainable] + [w for w in self._own if not w.trainable]
        return own + [weight for part in self._parts for weight in part.weights]

    def set_weights(self, values):
        if len(values) != len(self.weights):
            raise ValueError(f"The layer {self.name} has {len(self.weights)} weights, not {len(values)}.")
        for weight, value in zip(self.weights, values):
            weight.assign(value)

    def count_params(self):
        return sum(int(numpy.prod(weight.shape)) for weight in self.weights)


class InputLayer(Layer):
    pass


def Input(shape):
    return KerasTensor(InputLayer(), (), numpy.zeros((1, *shape), dtype="float32"))


def _expect_rank(layer, x, rank):
    if x.ndim != rank:
        raise ValueError(f"The layer {layer.name} expects {rank} dimensions, not {x.ndim}: {x.shape}")


class Dense(Layer):
    def __init__(self, units, activation=None, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.units, self.use_bias, self.activation = units, use_bias, activations.get(activation)

    def build(self, shape):
        self.kernel = self.add_weight((shape[-1], self.units), initializers.GlorotUniform(), "kernel")
        self.bias = self.add_weight((self.units,), initializers.zeros, "bias") if self.use_bias else None
        self.built = True

    def call(self, x):
        y = x @ self.kernel.value
        return self.activation(y + self.bias.value if self.use_bias else y)


class Conv2D(Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", dilation_rate=1, groups=1, use_bias=True,
                 **kwargs):
        super().__init__(**kwargs)
        self.filters, self.size, self.strides, self.padding = filters, pair(kernel_size), pair(strides), padding
        self.dilation, self.groups, self.use_bias = pair(dilation_rate), groups, use_bias
        if max(self.strides) > 1 and max(self.dilation) > 1:
            raise ValueError("`strides > 1` not supported in conjunction with `dilation_rate > 1`.")
        if filters % groups:
            raise ValueError(f"The number of filters must be evenly divisible by the number of groups: {filters}.")

    def build(self, shape):
        if shape[-1] % self.groups:
            raise ValueError(f"The number of input channels must be evenly divisible by the groups: {shape}.")
        kernel = (*self.size, shape[-1] // self.groups, self.filters)
        self.kernel = self.add_weight(kernel, initializers.GlorotUniform(), "kernel")
        self.bias = self.add_weight((self.filters,), initializers.zeros, "bias") if self.use_bias else None

    def call(self, x):
        _expect_rank(self, x, 4)
        view = windows(x, self.size, self.strides, self.padding, self.dilation)
        inputs = numpy.split(view, self.groups, axis=3)
        kernels = numpy.split(self.kernel.value, self.groups, axis=3)
        y = numpy.concatenate([numpy.tensordot(i, k, axes=((4, 5, 3), (0, 1, 2))) for i, k in zip(inputs, kernels)], -1)
        return y + self.bias.value if self.use_bias else y


class DepthwiseConv2D(Layer):
    def __init__(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, dilation_rate=1, use_bias=True,
                 **kwargs):
        super().__init__(**kwargs)
        self.size, self.strides, self.padding, self.dilation = pair(kernel_size), pair(strides), padding, pair(
            dilation_rate)
        self.depth_multiplier, self.use_bias = depth_multiplier, use_bias
        if max(self.strides) > 1 and max(self.dilation) > 1:
            raise ValueError("`strides > 1` not supported in conjunction with `dilation_rate > 1`.")

    def build(self, shape):
        kernel = (*self.size, shape[-1], self.depth_multiplier)
        self.kernel = self.add_weight(kernel, initializers.GlorotUniform(), "kernel")
        outputs = shape[-1] * self.depth_multiplier
        self.bias = self.add_weight((outputs,), initializers.zeros, "bias") if self.use_bias else None

    def call(self, x):
        _expect_rank(self, x, 4)
        view = windows(x, self.size, self.strides, self.padding, self.dilation)
        y = numpy.einsum("nyxcij,ijcm->nyxcm", view, self.kernel.value)
        y = y.reshape(*y.shape[:3], -1)
        return y + self.bias.value if self.use_bias else y


class ZeroPadding2D(Layer):
    def __init__(self, padding, **kwargs):
        super().__init__(**kwargs)
        self.padding = pair(padding)

    def call(self, x):
        _expect_rank(self, x, 4)
        return numpy.pad(x, ((0, 0), *((p, p) for p in self.padding), (0, 0)))


class _Pooling2D(Layer):
    def __init__(self, pool_size, strides=None, padding="valid", **kwargs):
        super().__init__(**kwargs)
        self.size, self.strides, self.padding = pair(pool_size), pair(strides or pool_size), padding


class MaxPooling2D(_Pooling2D):
    def call(self, x):
        _expect_rank(self, x, 4)
        return windows(x, self.size, self.strides, self.padding, fill=-numpy.inf).max((4, 5))


class AveragePooling2D(_Pooling2D):
    def call(self, x):
        """The mean of what of a window is picture."""
        _expect_rank(self, x, 4)
        sums = windows(x, self.size, self.strides, self.padding).sum((4, 5))
        return sums / windows(numpy.ones_like(x), self.size, self.strides, self.padding).sum((4, 5))


class GlobalAveragePooling2D(Layer):
    def call(self, x):
        _expect_rank(self, x, 4)
        return x.mean((1, 2))


class GlobalAveragePooling1D(Layer):
    def call(self, x):
        _expect_rank(self, x, 3)
        return x.mean(1)


class Flatten(Layer):
    def call(self, x):
        return x.reshape(x.shape[0], -1)


class Reshape(Layer):
    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def call(self, x):
        return x.reshape(x.shape[0], *self.target_shape)


class Activation(Layer):
    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, x):
        return self.activation(x)


class ELU(Layer):
    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, x):
        return numpy.where(x > 0, x, self.alpha * numpy.expm1(numpy.minimum(x, 0)))


class LeakyReLU(Layer):
    def __init__(self, negative_slope=0.3, **kwargs):
        super().__init__(**kwargs)
        self.negative_slope = negative_slope

    def call(self, x):
        return numpy.where(x > 0, x, self.negative_slope * x)


class Softmax(Layer):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, x):
        return ops.softmax(x, self.axis)


class BatchNormalization(Layer):
    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, shape):
        self.gamma = self.add_weight(shape[-1:], initializers.ones, "gamma")
        self.beta = self.add_weight(shape[-1:], initializers.zeros, "beta")
        self.mean = self.add_weight(shape[-1:], initializers.zeros, "moving_mean", trainable=False)
        self.variance = self.add_weight(shape[-1:], initializers.ones, "moving_variance", trainable=False)

    def call(self, x):
        scale = self.gamma.value / numpy.sqrt(self.variance.value + numpy.float32(self.epsilon))
        return (x - self.mean.value) * scale + self.beta.value


class LayerNormalization(Layer):
    def __init__(self, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, shape):
        self.gamma = self.add_weight(shape[-1:], initializers.ones, "gamma")
        self.beta = self.add_weight(shape[-1:], initializers.zeros, "beta")

    def call(self, x):
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) / numpy.sqrt(variance + numpy.float32(self.epsilon)) * self.gamma.value + self.beta.value


class GroupNormalization(Layer):
    def __init__(self, groups=32, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.groups, self.epsilon = groups, epsilon

    def build(self, shape):
        if shape[-1] % self.groups:
            raise ValueError(f"Number of groups ({self.groups}) must be a multiple of the number of channels {shape}.")
        self.gamma = self.add_weight(shape[-1:], initializers.ones, "gamma")
        self.beta = self.add_weight(shape[-1:], initializers.zeros, "beta")

    def call(self, x):
        grouped = x.reshape(*x.shape[:-1], self.groups, -1)
        axes = (*range(1, grouped.ndim - 2), grouped.ndim - 1)
        mean, variance = grouped.mean(axes, keepdims=True), grouped.var(axes, keepdims=True)
        y = (grouped - mean) / numpy.sqrt(variance + numpy.float32(self.epsilon))
        return y.reshape(x.shape) * self.gamma.value + self.beta.value


class Dropout(Layer):
    """Nothing is dropped from a network that is used."""

    def __init__(self, rate, noise_shape=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"Invalid value received for argument `rate`: {rate}")
        self.noise_shape = noise_shape

    def call(self, x):
        if self.noise_shape is not None and len(self.noise_shape) != x.ndim:
            raise ValueError(f"noise_shape {self.noise_shape} does not fit {x.shape}.")
        return x


class SpatialDropout1D(Dropout):
    def call(self, x):
        _expect_rank(self, x, 3)
        return x


class SpatialDropout2D(Dropout):
    def call(self, x):
        _expect_rank(self, x, 4)
        return x


class _Merge(Layer):
    def build(self, shape):
        if not isinstance(shape, list) or len(shape) < 2:
            raise ValueError(f"The layer {self.name} should be called on a list of at least 2 inputs.")


class Add(_Merge):
    def call(self, x):
        return sum(x[1:], x[0])


class Multiply(_Merge):
    def call(self, x):
        y = x[0]
        for value in x[1:]:
            y = y * value
        return y


class Concatenate(_Merge):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, x):
        return numpy.concatenate(x, self.axis)

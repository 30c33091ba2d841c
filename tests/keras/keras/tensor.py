"""KerasTensor: a value that a model will have, before there are pictures."""
import numpy


class KerasTensor:
    """What `maker` makes of `arguments`, which may hold other such values."""

    def __init__(self, maker, arguments, example):
        self.maker, self.arguments = maker, arguments
        self.example = example  # the value for one picture of zeros, from which the shape follows
        self.shape = (None, *example.shape[1:])

    def history(self):
        """This value and all that it follows from, in an order in which they can be computed."""
        seen, order, waiting = set(), [], [(self, False)]
        while waiting:
            tensor, ready = waiting.pop()
            if ready:
                order.append(tensor)
            elif id(tensor) not in seen:
                seen.add(id(tensor))
                waiting.append((tensor, True))
                waiting += [(argument, False) for argument in reversed(tensor.parents())]
        return order

    def parents(self):
        flat = []
        for argument in self.arguments:
            flat += argument if isinstance(argument, list) else [argument]
        return [argument for argument in flat if isinstance(argument, KerasTensor)]

    def __add__(self, other):
        return apply(numpy.add, self, other)

    def __truediv__(self, other):
        return apply(numpy.divide, self, other)


def replaced(argument, value):
    """The argument with value(tensor) in the place of each KerasTensor."""
    if isinstance(argument, list):
        return [replaced(item, value) for item in argument]
    return value(argument) if isinstance(argument, KerasTensor) else argument


def is_symbolic(arguments):
    flat = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    return any(isinstance(item, KerasTensor) for item in flat)


def apply(function, *arguments, maker=None):
    """The function's value, or the KerasTensor that will have it."""
    if not is_symbolic(arguments):
        return function(*arguments)
    example = function(*(replaced(argument, lambda tensor: tensor.example) for argument in arguments))
    tensor = KerasTensor(maker or function, arguments, example)
    tensor.function = function
    return tensor


def evaluate(output, values):
    """The value of `output` where those in `values`, by id, are given."""
    for tensor in output.history():
        if id(tensor) not in values:
            arguments = (replaced(argument, lambda parent: values[id(parent)]) for argument in tensor.arguments)
            values[id(tensor)] = tensor.function(*arguments)
    return values[id(output)]

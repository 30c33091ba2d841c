"""Windows over pictures, for convolutions and pooling."""
import numpy


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def windows(x, size, strides, padding, dilation=(1, 1), fill=0.0):
    """{N, rows, columns, channels, window height, window width} of {N, height, width, channels}."""
    if padding not in ("valid", "same"):
        raise ValueError(f"padding must be valid or same, not {padding}")
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation)]
    if padding == "same":
        pads = []
        for extent, k, s in zip(x.shape[1:3], reach, strides):
            total = max((-(-extent // s) - 1) * s + k - extent, 0)
            pads.append((total // 2, total - total // 2))
        x = numpy.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    if x.shape[1] < reach[0] or x.shape[2] < reach[1]:
        raise ValueError(f"A window of {reach} does not fit into a picture of {x.shape[1:3]}.")
    view = numpy.lib.stride_tricks.sliding_window_view(x, reach, axis=(1, 2))
    return view[:, :: strides[0], :: strides[1], :, :: dilation[0], :: dilation[1]]

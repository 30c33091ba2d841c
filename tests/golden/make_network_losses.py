#!/usr/bin/python3
"""Makes network_losses.json: ten training steps of whole networks by PyTorch in double precision, to compare ours with.

Weights, pictures and labels come from a formula (numbers()) that tst_golden_networks has as well, so only losses and a few sums
are written out. Run with Debian's python3-torch: ./make_network_losses.py > network_losses.json
"""
import json
import math

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
SIDE, CLASSES, BATCH, STEPS = 16, 7, 8, 10
MEAN, DEVIATION = 120.0, 60.0


def numbers(count, seed):
    """`count` numbers from [0, 1), exact in single precision: a 32-bit hash (the finaliser of MurmurHash3) of index and seed."""
    h = (numpy.arange(count, dtype=numpy.uint64) * 2654435761 + seed * 40503) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> shift
        h = (h * factor) & 0xFFFFFFFF
    h ^= h >> 16
    return (h >> 8).astype(numpy.float64) / (1 << 24)


class Weights:
    """Hands out weights in the order in which our layers have them."""

    def __init__(self):
        self.index, self.learnt, self.decayed = 0, [], []

    def matrix(self, *dims):
        """Evenly from [-a, a), a = sqrt(3 / inputs), the inputs being all extents but the last."""
        limit = math.sqrt(3.0 / math.prod(dims[:-1]))
        values = numpy.float32((2 * numbers(math.prod(dims), self.index) - 1) * limit)
        self.index += 1
        w = torch.tensor(values.astype(numpy.float64)).reshape(dims).requires_grad_()
        self.learnt.append(w)
        self.decayed.append(w)
        return w

    def row(self, n, value=0.0):
        self.index += 1
        w = torch.full((n,), value).requires_grad_()
        self.learnt.append(w)
        return w

    def statistics(self, n):
        self.index += 2
        return torch.zeros(n), torch.ones(n)


def conv(p, cin, cout, size, stride=1, bias=False):
    w = p.matrix(size, size, cin, cout)
    b = p.row(cout) if bias else None
    return lambda x: F.conv2d(x, w.permute(3, 2, 0, 1), b, stride, size // 2 if stride == 1 or size == 3 else 0)


def norm(p, n):
    gamma, beta = p.row(n, 1.0), p.row(n)
    mean, variance = p.statistics(n)
    return lambda x: F.batch_norm(x, mean, variance, gamma, beta, training=True)


def dense(p, cin, cout):
    w, b = p.matrix(cin, cout), p.row(cout)
    return lambda x: x @ w + b


def layer_norm(p, n):
    gamma, beta = p.row(n, 1.0), p.row(n)
    return lambda x: F.layer_norm(x, (n,), gamma, beta)


def small_cnn(p):
    a, b = conv(p, 3, 32, 3, bias=True), conv(p, 32, 64, 3, bias=True)
    c, d = dense(p, 64 * (SIDE // 4) ** 2, 128), dense(p, 128, CLASSES)
    def run(x):
        x = F.max_pool2d(torch.relu(a(x)), 2)
        x = F.max_pool2d(torch.relu(b(x)), 2)
        return d(torch.relu(c(x.permute(0, 2, 3, 1).flatten(1))))
    return run


def resnet20(p):
    def block(cin, cout, stride):
        a, an = conv(p, cin, cout, 3, stride), norm(p, cout)
        b, bn = conv(p, cout, cout, 3), norm(p, cout)
        project = (conv(p, cin, cout, 1, stride), norm(p, cout)) if stride != 1 or cin != cout else None
        def run(x):
            y = bn(b(torch.relu(an(a(x)))))
            return torch.relu(y + (project[1](project[0](x)) if project else x))
        return run
    steps = [conv(p, 3, 16, 3), norm(p, 16), torch.relu]
    cin = 16
    for stage in range(3):
        for i in range(3):
            steps.append(block(cin, 16 << stage, 2 if stage and not i else 1))
            cin = 16 << stage
    last = dense(p, cin, CLASSES)
    def run(x):
        for step in steps:
            x = step(x)
        return last(x.mean((2, 3)))
    return run


def vit_tiny(p, width=192, heads=3, depth=2, patch=4):
    tokens = (SIDE // patch) ** 2
    w, b = p.matrix(patch, patch, 3, width), p.row(width)
    position = p.matrix(tokens, width)
    p.decayed.pop()
    def block():
        n1 = layer_norm(p, width)
        qkv, project = dense(p, width, 3 * width), dense(p, width, width)
        n2 = layer_norm(p, width)
        up, down = dense(p, width, 4 * width), dense(p, 4 * width, width)
        def run(x):
            q, k, v = qkv(n1(x)).reshape(x.shape[0], tokens, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            a = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // heads), -1) @ v
            x = x + project(a.transpose(1, 2).reshape(x.shape))
            return x + down(F.gelu(up(n2(x))))
        return run
    blocks = [block() for _ in range(depth)]
    n, last = layer_norm(p, width), dense(p, width, CLASSES)
    def run(x):
        x = F.conv2d(x, w.permute(3, 2, 0, 1), b, patch).flatten(2).transpose(1, 2) + position
        for step in blocks:
            x = step(x)
        return last(n(x).mean(1))
    return run


def train(build, optimizer):
    p = Weights()
    net = build(p)
    opt = optimizer(p)
    losses = []
    for step in range(STEPS):
        pixels = numpy.floor(numbers(BATCH * SIDE * SIDE * 3, 1000 + step) * 256)
        labels = numpy.floor(numbers(BATCH, 2000 + step) * CLASSES)
        x = ((torch.tensor(pixels) - MEAN) / DEVIATION).reshape(BATCH, SIDE, SIDE, 3).permute(0, 3, 1, 2)
        loss = F.cross_entropy(net(x), torch.tensor(labels).long())
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    return {"losses": losses, "weight_sum": sum(w.abs().sum().item() for w in p.learnt)}


def adamw(p):
    decayed = {id(w) for w in p.decayed}
    groups = [{"params": p.decayed}, {"params": [w for w in p.learnt if id(w) not in decayed], "weight_decay": 0}]
    return torch.optim.AdamW(groups, lr=1e-3, weight_decay=0.05)


print(json.dumps({
    "made_by": "torch " + torch.__version__,
    "side": SIDE, "classes": CLASSES, "batch": BATCH, "mean": MEAN, "deviation": DEVIATION,
    "small_cnn": train(small_cnn, lambda p: torch.optim.Adam(p.learnt, lr=1e-3)),
    "resnet20": train(resnet20, lambda p: torch.optim.SGD(p.learnt, lr=0.002, momentum=0.9)),
    "vit_tiny": train(vit_tiny, adamw),
}, indent=1))

#!/usr/bin/python3
"""Makes mlp_losses.json: ten training steps of a small MLP by PyTorch, to compare ours with.

Everything is written out: weights, bytes of the pictures, labels, the loss before each step, and the weights after the last one.
Run with Debian's python3-torch (1.13.1 made the file that is checked in): ./make_mlp_losses.py > mlp_losses.json
"""
import json

import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float32)

HEIGHT, WIDTH, CHANNELS, HIDDEN, CLASSES, BATCH, STEPS = 5, 3, 3, 16, 7, 12, 10
MEAN, DEVIATION = [100.0, 120.0, 140.0], [50.0, 60.0, 70.0]

features = HEIGHT * WIDTH * CHANNELS
pixels = torch.randint(0, 256, (STEPS, BATCH, features))
labels = torch.randint(0, CLASSES, (STEPS, BATCH))
shapes = {"dense1.weight": (features, HIDDEN), "dense1.bias": (HIDDEN,), "scores.weight": (HIDDEN, CLASSES), "scores.bias": (CLASSES,)}
weights = {name: (torch.rand(shape) - 0.5).requires_grad_() for name, shape in shapes.items()}
start = {name: w.detach().flatten().tolist() for name, w in weights.items()}

scale = torch.tensor(DEVIATION).repeat(HEIGHT * WIDTH)
shift = torch.tensor(MEAN).repeat(HEIGHT * WIDTH)


def train(optimizer):
    losses = []
    for x, y in zip(pixels, labels):
        hidden = torch.relu((x - shift) / scale @ weights["dense1.weight"] + weights["dense1.bias"])
        loss = torch.nn.functional.cross_entropy(hidden @ weights["scores.weight"] + weights["scores.bias"], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": {name: w.detach().flatten().tolist() for name, w in weights.items()}}


def reset():
    with torch.no_grad():
        for name, w in weights.items():
            w.copy_(torch.tensor(start[name]).reshape(w.shape))
    return list(weights.values())


def decayed(weight_decay):
    """As is common, biases don't decay."""
    values = reset()
    return [{"params": [w for w in values if w.dim() > 1], "weight_decay": weight_decay},
            {"params": [w for w in values if w.dim() == 1], "weight_decay": 0}]


print(json.dumps({
    "made_by": "torch " + torch.__version__,
    "height": HEIGHT, "width": WIDTH, "channels": CHANNELS, "hidden": HIDDEN, "classes": CLASSES, "batch": BATCH,
    "mean": MEAN, "deviation": DEVIATION,
    "pixels": pixels.reshape(STEPS, -1).tolist(), "labels": labels.tolist(), "start": start,
    "adam": train(torch.optim.Adam(reset(), lr=0.01, betas=(0.9, 0.999), eps=1e-8)),
    "sgd": train(torch.optim.SGD(reset(), lr=0.05, momentum=0.9)),
    "sgd_nesterov": train(torch.optim.SGD(reset(), lr=0.05, momentum=0.9, nesterov=True)),
    "adam_decay": train(torch.optim.Adam(decayed(0.1), lr=0.01)),
    "adamw": train(torch.optim.AdamW(decayed(0.1), lr=0.01)),
    "sgd_decay": train(torch.optim.SGD(decayed(0.1), lr=0.05, momentum=0.9)),
    "rmsprop": train(torch.optim.RMSprop(decayed(0.1), lr=0.005, alpha=0.9, momentum=0.5)),
}))

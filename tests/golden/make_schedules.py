#!/usr/bin/python3
"""Makes schedules.json: the learning rates of PyTorch's schedulers, as parts of the full rate, to compare ours with.

Run with Debian's python3-torch (1.13.1 made the file that is checked in): ./make_schedules.py > schedules.json
"""
import json

import torch
from torch.optim import lr_scheduler as lr

LOSSES = [2.0, 1.5, 1.4, 1.45, 1.42, 1.41, 1.3, 1.29999, 1.31, 1.3, 1.32, 1.2, 1.25, 1.26, 1.24, 1.23, 1.22, 1.21, 1.22, 1.23]


def rates(make, steps_per_epoch, epochs, per_epoch):
    """The rate of every update; schedulers that PyTorch steps once an epoch stand still in between."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer, steps_per_epoch * epochs)
    found = []
    for epoch in range(epochs):
        for step in range(steps_per_epoch):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if not per_epoch and len(found) < steps_per_epoch * epochs:
                scheduler.step()
        if per_epoch:
            scheduler.step()
    return found


def restarts(first, growth, floor, steps_per_epoch, epochs):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = lr.CosineAnnealingWarmRestarts(optimizer, first, growth, eta_min=floor)
    found = []
    for step in range(steps_per_epoch * epochs):
        scheduler.step(step / steps_per_epoch)
        found.append(optimizer.param_groups[0]["lr"])
    return found


def plateau(**options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = lr.ReduceLROnPlateau(optimizer, **options)
    found = []
    for loss in LOSSES:
        scheduler.step(loss)
        found.append(optimizer.param_groups[0]["lr"])
    return found


def case(schedule, params, factors, steps_per_epoch, epochs):
    return {"schedule": schedule, "params": params, "steps_per_epoch": steps_per_epoch, "epochs": epochs, "factors": factors}


print(json.dumps({
    "made_by": "torch " + torch.__version__,
    "blind": [
        case("constant", {}, [1.0] * 12, 3, 4),
        case("constant", {"warmup_epochs": 2.0, "warmup_from": 0.25},
             rates(lambda o, n: lr.LinearLR(o, 0.25, 1.0, 2 * 7), 7, 5, False), 7, 5),
        case("step", {"step_epochs": 3, "gamma": 0.5}, rates(lambda o, n: lr.StepLR(o, 3, 0.5), 4, 10, True), 4, 10),
        case("exponential", {"gamma": 0.9}, rates(lambda o, n: lr.ExponentialLR(o, 0.9), 4, 10, True), 4, 10),
        case("cosine", {}, rates(lambda o, n: lr.CosineAnnealingLR(o, n), 5, 6, False), 5, 6),
        case("cosine", {"floor": 0.125}, rates(lambda o, n: lr.CosineAnnealingLR(o, n, 0.125), 5, 6, False), 5, 6),
        case("cosine_restarts", {"cycle_epochs": 2, "cycle_growth": 2.0, "floor": 0.01}, restarts(2, 2, 0.01, 5, 15), 5, 15),
        case("cosine_restarts", {"cycle_epochs": 3, "cycle_growth": 1.0}, restarts(3, 1, 0, 4, 8), 4, 8),
        case("one_cycle", {}, rates(lambda o, n: lr.OneCycleLR(o, 1.0, n), 8, 10, False), 8, 10),
        case("one_cycle", {"peak_at": 0.5, "start_divisor": 10.0, "final_divisor": 100.0},
             rates(lambda o, n: lr.OneCycleLR(o, 1.0, n, pct_start=0.5, div_factor=10, final_div_factor=100), 7, 3, False), 7, 3),
    ],
    "losses": LOSSES,
    "plateau": [
        {"params": {"plateau_patience": 1, "gamma": 0.5}, "factors": plateau(factor=0.5, patience=1)},
        {"params": {"plateau_patience": 0, "gamma": 0.1, "floor": 0.01, "plateau_threshold": 0.1},
         "factors": plateau(factor=0.1, patience=0, min_lr=0.01, threshold=0.1)},
        {"params": {}, "factors": plateau(factor=0.1, patience=5)},
    ],
}, indent=1))

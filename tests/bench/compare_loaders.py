#!/usr/bin/env python3
"""compare_loaders.py BENCH_LOADER FOLDER PEER... : our loader beside another one, in turns, as medians.

PEER is a command that takes FOLDER after its own arguments and prints a line of JSON with "images_per_s" for each pass,
for example: python3 torch_loader.py --side 64 --workers 2 --passes 2. Turns share what else the machine does.
"""
import json
import os
import statistics
import subprocess
import sys

turns = int(os.environ.get("TURNS", "5"))
bench, folder, *peer = sys.argv[1:]


def lines(command):
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


rates = {}
for turn in range(turns):
    for row in lines([bench, folder, "--passes", "2"]):
        # The first pass warms up whatever there is to warm up.
        if row.get("pass", 1) > 0:
            rates.setdefault(row["from"], []).append(row["images_per_s"])
    rates.setdefault("peer", []).append(lines(peer + [folder])[-1]["images_per_s"])
medians = {name: statistics.median(values) for name, values in rates.items()}
for name, value in medians.items():
    ratio = f"  {value / medians['peer']:.1f} times the peer" if name != "peer" else ""
    print(f"{name:20} {value:12,.0f} images/s{ratio}   (from {min(rates[name]):,.0f} to {max(rates[name]):,.0f})")

#!/usr/bin/env bash
# What the advisor predicts for PCs with a stated GPU and links of 1 Gbit/s, beside what runs then reach:
#   tests/lan/advice.sh BUILD_FOLDER [PCS [BATCH [PICTURES [SECONDS]]]]        8, 128, 16384, 90: mlp512 on pictures of 64 x 64
# The GPU is the one of efficiency.sh, and as there everything is SLOWER times as slow, so that the shared cores are not what is
# measured. Prints the advice, and for each way of it the predicted and the measured pictures per second, from runs of SECONDS;
# ONLY=int8 tries only ways with that in their name. Exits with 0 when all are within 15 % of each other.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
pcs=${2:-8} batch=${3:-128} pictures=${4:-16384} seconds=${5:-90}
slower=${SLOWER:-8}
LEMNOS_PACE="$((7600 / slower)),$((290 / slower))"
export LEMNOS_PACE
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
make_team "$pcs" "$((1000 / slower))mbit"
cli 0 sample-data "$folder/sample" > /dev/null

# As many pictures as wanted: names for the same files, in class folders.
python3 - "$folder" "$pictures" << 'EOP'
import itertools, os, pathlib, sys
folder = pathlib.Path(sys.argv[1])
files = sorted((folder / "sample").rglob("*.png"))
for n, file in zip(range(int(sys.argv[2])), itertools.cycle(files)):
    to = folder / "data" / file.parent.name
    to.mkdir(parents=True, exist_ok=True)
    os.link(file, to / f"{n}.png")
EOP

for ((pc = 1; pc < pcs; pc++)); do share "$pc" paced; done
train() { # ARGUMENTS...
    cli 0 train --data "$folder/data" --template mlp512 --size 64x64 --channels 3 --batch "$batch" --device paced --validation-share 0 \
        --test-share 0 --patience 0 "$@"
}
everyone=(--peers "$(peers_of "$pcs")")
train "${everyone[@]}" --advise --json > "$folder/advice"
python3 - "$folder/advice" "$pictures" > "$folder/modes" << 'EOP'
import json, os, sys
advice = json.load(open(sys.argv[1]))
only = os.environ.get("ONLY", "")
print("\n".join(sentence["sentence"] for sentence in advice["sentences"]), file=sys.stderr)
for m in advice["modes"]:
    if only not in m["name"]["sentence"]: continue
    # What the optimizer keeps is not changed by a paced device, so it is equal everywhere and not sent after a pass.
    pictures = int(sys.argv[2])
    predicted = pictures / (pictures / m["images_per_second"] - m["after_pass_seconds"])
    print(m["kind"], m["wire"], m["local_steps"], predicted, m["name"]["sentence"], sep="\t")
EOP
far=0
while IFS=$'\t' read -r kind wire steps predicted name; do
    how=(--wire "$wire" --local-steps "$steps")
    [ "$kind" = alone ] || how+=("${everyone[@]}")
    # The pictures go to the others before the first update; that is waited for, and not measured.
    train "${how[@]}" --epochs 1000 --checkpoint-minutes 0 --run "$folder/$kind$wire" --events > "$folder/events" < /dev/null &
    running=$!
    until grep -qs '"event":"progress"' "$folder/events" || ! kill -0 "$running" 2> /dev/null; do sleep 1; done
    sleep "$seconds"
    # A pass that waits for pictures, or in which PCs come together anew, says nothing of the others.
    whole_passes() { tac "$folder/events" | sed '/The training goes on with/Q' | grep -c '"event":"epoch"' || true; }
    for ((more = 0; steps > 0 && more < 240 && $(whole_passes) < 5; more++)); do sleep 1; done
    ip netns pids lemnos0 | xargs -r kill -TERM
    wait "$running" || true
    python3 - "$folder/events" "$name" "$predicted" "$batch" << 'EOP' || far=1
import json, statistics, sys
events = []
for e in map(json.loads, open(sys.argv[1])):
    if "The training goes on with" in e.get("text", ""): events = [] # the PCs have come together anew
    if e["event"] in ("progress", "epoch"): events.append(e)
name, predicted, batch = sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
# Passes but the first where there are some, for a round ends with a pass, and with what is shared then (the median);
# otherwise from step to step. Between passes checkpoints are written, which is not what was predicted.
passes = [e["seconds"] for e in events if e["event"] == "epoch"][1:]
steps = [e for e in events if e["event"] == "progress"]
place = lambda e: ((e["epoch"] - 1) * e["steps"] + e["step"]) * batch
if passes:
    measured = steps[-1]["steps"] * batch / statistics.median(passes)
else:
    measured = (place(steps[-1]) - place(steps[0])) / (steps[-1]["time"] - steps[0]["time"])
print(f"{name:28} predicted {predicted:8.0f}, measured {measured:8.0f}, ratio {predicted / measured:.2f}", flush=True)
sys.exit(not 1 / 1.15 < predicted / measured < 1.15)
EOP
done < "$folder/modes"
exit "$far"

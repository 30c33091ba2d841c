#!/usr/bin/env bash
# Whether 1, 2, 3, 5 and 8 PCs give the same weights to the last bit, in a run with batch norm, dropout and augmentation
# whose batches can't be shared out evenly:
#   tests/lan/exactness.sh BUILD_FOLDER [DEVICE [STEPS ["COUNT..."]]]        cpu, 1000, "1 2 3 5 8"; vulkan:0 is software Vulkan here
# Prints the hash of each weights file; exits with 0 when all are equal.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
device=${2:-cpu} steps=${3:-1000} counts=${4:-1 2 3 5 8}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
make_team 8
cli 0 sample-data "$folder/data" > /dev/null
for ((pc = 1; pc < 8; pc++)); do share "$pc" "$device"; done
batch=36 # 9 shards of 4: never the same for all
pictures=$(find "$folder/data" -name '*.png' | wc -l)
epochs=$((steps * batch / (pictures * 8 / 10) + 1))
hashes=()
for count in $counts; do
    peers=()
    [ "$count" -gt 1 ] && peers=(--peers "$(peers_of "$count")")
    started=$SECONDS
    cli 0 train --data "$folder/data" --template convnet --width 0.125 --size 16x16 --epochs "$epochs" --patience 0 \
        --batch "$batch" --shard 4 --exact true --augment shift=0.1 --augment rotate=10 --mixup 0.2 --device "$device" \
        --run "$folder/run$count" "${peers[@]}" --events > "$folder/events$count"
    grep -q '"reason":"completed"' "$folder/events$count"
    hash=$(sha256sum "$folder/run$count/weights.safetensors" | cut -c1-16)
    echo "$count PCs, $device, $epochs epochs of $((pictures * 8 / 10 / batch)) steps: $hash in $((SECONDS - started)) s;" \
        "$(grep -c 'no longer helps' "$folder/events$count" || true) left out"
    hashes+=("$hash")
done
[ "$(printf '%s\n' "${hashes[@]}" | sort -u | wc -l)" = 1 ]

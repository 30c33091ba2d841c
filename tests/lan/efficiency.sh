#!/usr/bin/env bash
# What 8 PCs with a stated GPU reach together over links of 1 Gbit/s, beside 8 times what one of them does:
#   tests/lan/efficiency.sh BUILD_FOLDER [TEMPLATE SIDE BATCH WIRE LOCAL_STEPS [STEPS]]
# Without a template, the table of docs/benchmarks.md, which takes about 20 minutes. The GPU (compute/paced_device.h) is an
# RTX 3060 at 60 % of its operations and 80 % of its bytes per second.
#
# All PCs share the cores of this one. So that these are not what is measured, everything is slowed down alike, the links
# and the GPUs, by SLOWER (8): with 2 cores, each of 8 PCs then has about 2 cores. Times that are printed have to be divided by it.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
shift
slower=${SLOWER:-8}
pcs=8
pace="$((7600 / slower)),$((290 / slower))"
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
folder="$(mktemp -d)"
make_pcs "$pcs" "$((1000 / slower))mbit"
trap 'remove_pcs; rm -rf "$folder"' EXIT
"$build/bin/bench_together" prepare "$folder" "$pcs"

measure() { # PCS TEMPLATE SIDE BATCH WIRE LOCAL_STEPS STEPS
    local rank ranks=()
    for ((rank = $1 - 1; rank >= 0; rank--)); do
        on_pc "$rank" "$build/bin/bench_together" rank "$folder" "$rank" "$1" "$pace" "$2" "$3" 1000 "$4" "$5" "$6" "$7" &
        ranks+=($!)
    done
    wait "${ranks[@]}"
}

echo "Everything is $slower times as slow as it would be."
if [ $# -gt 0 ]; then
    for count in 1 "$pcs"; do measure "$count" "$1" "$2" "$3" "$4" "$5" "${6:-5}"; done
    exit
fi
for network in "resnet18 224 192" "resnet18 64 128" "mlp512 64 128"; do
    for how in "1 float32 0 5" "8 int8 0 8" "8 float16 0 5" "8 float32 0 4" "8 int8 16 1" "8 float16 16 1" "8 float32 16 1"; do
        read -r count wire local steps <<< "$how"
        # shellcheck disable=SC2086
        measure "$count" $network "$wire" "$local" "$steps"
    done
done

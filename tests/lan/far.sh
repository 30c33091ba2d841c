#!/usr/bin/env bash
# Two PCs that are far from each other: what one sends reaches the other MILLISECONDS later, as over Wi-Fi or a line.
#   tests/lan/far.sh BUILD_FOLDER [MILLISECONDS]        10
# Exits with 0 when the other one helps, and an exact run of both gives the weights of one.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
delay_ms=${2:-10}
make_team 2
share 1 cpu
until grep -qs "at port" "$folder/1.log"; do sleep 0.1; done
cli 0 sample-data "$folder/data" > /dev/null
train() { cli 0 train --data "$folder/data" --template linear --epochs 2 --device cpu --exact "$@"; }
train --run "$folder/one" > /dev/null
train --run "$folder/both" --peers pc1
grep "Training with" "$folder/1.log"
cmp "$folder/one/weights.safetensors" "$folder/both/weights.safetensors"
echo "The weights are those of one PC."

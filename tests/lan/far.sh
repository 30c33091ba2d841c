#!/usr/bin/env bash
# Two PCs that are far from each other: what one sends reaches the other MILLISECONDS later, as over Wi-Fi or a line.
#   tests/lan/far.sh BUILD_FOLDER [MILLISECONDS]        10
# Exits with 0 when they pair by a code, the other one helps, and an exact run of both gives the weights of one.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
delay_ms=${2:-10}
make_team 2

# Anew, by the digits that pc0 shows.
cli 0 peer forget pc1 > /dev/null
cli 1 peer forget leader > /dev/null
mkfifo "$folder/typed0" "$folder/typed1"
cli 0 peer pair --name pc1 < "$folder/typed0" > "$folder/shown0" &
exec 3> "$folder/typed0"
said() { until grep -qs "$2" "$1"; do sleep 0.1; done; }
said "$folder/shown0" "peer pair ADDRESS"
cli 1 peer pair 10.77.0.1 --name leader < "$folder/typed1" > "$folder/shown1" &
exec 4> "$folder/typed1"
said "$folder/shown0" "Type this code"
sed -n 's/.*Type this code.* \([0-9]* [0-9]*\)$/\1/p' "$folder/shown0" >&4
said "$folder/shown0" "yes or no"
echo yes >&3
said "$folder/shown0" "Paired with 'pc1'"
wait -n
wait -n
share 1 cpu
until grep -qs "at port" "$folder/1.log"; do sleep 0.1; done
cli 0 sample-data "$folder/data" > /dev/null
train() { cli 0 train --data "$folder/data" --template linear --epochs 2 --device cpu --exact "$@"; }
train --run "$folder/one" > /dev/null
train --run "$folder/both" --peers pc1
grep "Training with" "$folder/1.log"
cmp "$folder/one/weights.safetensors" "$folder/both/weights.safetensors"
echo "The weights are those of one PC."

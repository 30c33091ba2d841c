#!/usr/bin/env bash
# A run with helpers of which two can't reach each other, as behind a firewall:
#   tests/lan/unreachable.sh BUILD_FOLDER
# Exits with 0 when one of the two was left out after a while, with a reason, and the run went on to its end.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
make_pcs 3 1gbit
folder="$(mktemp -d)"
trap 'rm -rf "$folder"; remove_pcs' EXIT

cli() { # PC ARGUMENTS...
    on_pc "$1" env LEMNOS_CONFIG="$folder/$1" LEMNOS_CACHE="$folder/$1" OMP_WAIT_POLICY=passive "$build/bin/lemnos-cli" "${@:2}"
}

id_of() { cli "$1" peer id --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/'; }

leader="$(id_of 0)"
cli 0 sample-data "$folder/data"
for pc in 1 2; do
    cli 0 peer trust "$(id_of "$pc")" "pc$pc" --address "10.77.0.$((pc + 1)):7411"
    cli "$pc" peer trust "$leader" leader
    cli "$pc" peer serve --device cpu > /dev/null &
done
ip -n lemnos1 route add blackhole 10.77.0.3/32
cli 0 train --data "$folder/data" --template linear --epochs 3 --device cpu --peers pc1,pc2 --run "$folder/run" --events |
    tee "$folder/events"
grep -q "no longer helps: Other PCs of the run can't reach it" "$folder/events"
grep -q '"reason":"completed"' "$folder/events"

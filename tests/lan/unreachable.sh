#!/usr/bin/env bash
# A run with helpers of which two can't reach each other, as behind a firewall:
#   tests/lan/unreachable.sh BUILD_FOLDER
# Exits with 0 when one of the two was left out after a while, with a reason, and the run went on to its end.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
make_team 3
cli 0 sample-data "$folder/data"
share 1 cpu
share 2 cpu
ip -n lemnos1 route add blackhole 10.77.0.3/32
cli 0 train --data "$folder/data" --template linear --epochs 3 --device cpu --peers pc1,pc2 --run "$folder/run" --events |
    tee "$folder/events"
grep -q "no longer helps: Other PCs of the run can't reach it" "$folder/events"
grep -q '"reason":"completed"' "$folder/events"

#!/usr/bin/env bash
# What connections that bring nothing but garbage cost a PC that shares and trains with others:
#   tests/lan/garbage.sh BUILD_FOLDER [PER_SECOND [SECONDS [ADDRESSES]]]       1000, 20, 1
# Another PC, with ADDRESSES of its own, knocks at the ports of one that helps with a run: where it shares, and where its work
# is. Prints how fast the run is with and without, in turns, and the memory of the PC's processes; exits with 0 when it costs under 5 %,
# memory does not grow by more than 32 MB, and the PC can be hired again.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
rate=${2:-1000} seconds=${3:-20} addresses=${4:-1}
# A device that only takes its time, so that the cores of this PC are not what is measured.
export LEMNOS_PACE=1000,40
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
make_team 4
own=()
for ((i = 0; i < addresses; i++)); do
    own+=("10.77.1.$((i + 1))")
    ip -n lemnos3 addr add "10.77.1.$((i + 1))/16" dev eth0
done
for ((pc = 0; pc < 3; pc++)); do ip -n "lemnos$pc" route add 10.77.1.0/24 dev eth0; done
cli 0 sample-data "$folder/data" > /dev/null
train() { # RUN PEERS ARGUMENTS...
    cli 0 train --data "$folder/data" --template convnet --size 32x32 --channels 3 --batch 96 --patience 0 --device paced --peers "$2" \
        --run "$folder/$1" --events "${@:3}"
}
share 1 paced
share 2 paced
train run pc1,pc2 --epochs 100000 --checkpoint-minutes 60 > "$folder/events" < /dev/null &
running=$!
until grep -qs '"event":"epoch"' "$folder/events"; do
    kill -0 "$running" 2> /dev/null || { tail -1 "$folder/events" >&2; exit 1; }
    sleep 1
done

pictures() { grep -c '"event":"epoch"' "$folder/events"; } # in passes
memory() { # of all processes of PC 1, in MB
    ip netns pids lemnos1 | sed 's#.*#/proc/&/smaps_rollup#' | xargs -r cat 2> /dev/null | awk '/^Pss:/ {s += $2} END {print int(s / 1024)}'
}
threads() { ip netns pids lemnos1 | sed 's#.*#/proc/&/task#' | xargs -r ls | grep -c '^[0-9]'; }
ports=$(on_pc 1 ss -Hltn | awk '{sub(/.*:/, "", $4); print $4}' | sort -un | paste -sd,)
measure() { # passes in so many seconds
    local before
    before=$(pictures)
    sleep "$seconds"
    echo $(($(pictures) - before))
}
echo "Ports $ports, $rate connections a second from $addresses addresses."
with=0 without=0 before=$(memory)
for turn in 1 2 3; do
    passes=$(measure)
    without=$((without + passes))
    on_pc 3 "$build/bin/bench_garbage" 10.77.0.2 "$ports" "$rate" "$((seconds + 2))" "${own[@]}" > "$folder/garbage" &
    knocking=$!
    sleep 1
    disturbed=$(measure)
    with=$((with + disturbed))
    after=$(memory)
    echo "Turn $turn: $passes passes without, $disturbed with; $after MB in $(threads) threads"
    wait "$knocking"
done
cat "$folder/garbage"
kill -0 "$running"
ip netns pids lemnos0 | xargs -r kill -TERM
wait "$running" || true
on_pc 3 "$build/bin/bench_garbage" 10.77.0.2 7411 "$rate" 60 "${own[@]}" > /dev/null &
train again pc1 --epochs 1 > "$folder/again.events" || true
again=no
grep -q '"reason":"completed"' "$folder/again.events" && ! grep -q "can't help" "$folder/again.events" && again=yes
echo "Speed with garbage: $((1000 * with / without)) of 1000. Memory before $before MB, after $after MB. Hired again: $again"
[ $((100 * with)) -ge $((95 * without)) ] && [ "$after" -le $((before + 32)) ] && [ "$again" = yes ]

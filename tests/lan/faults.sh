#!/usr/bin/env bash
# Real faults in a run of several PCs: processes that are killed, processes that hang, links that go down.
#   tests/lan/faults.sh BUILD_FOLDER [FAULTS [PCS [SEED]]]       200 faults, 4 PCs; about 20 minutes
# The run is exact, so that its weights tell whether every sum was right and every picture counted once: exits with 0 when
# they are those of one PC alone. Prints the longest time until the run went on, for each kind of fault.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
faults=${2:-200} pcs=${3:-4}
RANDOM=${4:-1}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
make_team "$pcs"
cli 0 sample-data "$folder/data" > /dev/null
declare -A sharing

train() { # RUN EPOCHS ARGUMENTS...
    cli 0 train --data "$folder/data" --template convnet --width 0.125 --size 16x16 --epochs "$2" --patience 0 --batch 36 \
        --shard 4 --exact true --augment shift=0.1 --device cpu --run "$folder/$1" "${@:3}" --events
}
restart() { # PC
    share "$1" cpu
    sharing[$1]=$!
}
for ((pc = 1; pc < pcs; pc++)); do restart "$pc"; done

# Faults until there were enough; then the run is told to end after the epoch at hand.
: > "$folder/events"
train run 100000 --peers "$(peers_of "$pcs")" > "$folder/events" &
running=$!
progress() { grep -cE '"event":"(progress|epoch)"' "$folder/events" || true; }
for ((waited = 0; $(progress) < 5; waited++)); do
    [ "$waited" -lt 60 ] || { echo "The run does not begin." >&2; exit 1; }
    sleep 1
done
declare -A seen=([killed]=0 [stopped]=0 [unplugged]=0) longest=([killed]=0 [stopped]=0 [unplugged]=0)
milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
for ((fault = 1; fault <= faults; fault++)); do
    pc=$((RANDOM % (pcs - 1) + 1))
    before=$(progress) since=$(milliseconds)
    case $((RANDOM % 3)) in
        0)
            kind=killed
            ip netns pids "lemnos$pc" | xargs -r kill -9 || true
            restart "$pc"
            ;;
        1)
            kind=stopped
            ip netns pids "lemnos$pc" | xargs -r kill -STOP || true
            sleep $((RANDOM % 14))
            ip netns pids "lemnos$pc" | xargs -r kill -CONT || true
            ;;
        2)
            kind=unplugged
            ip link set "lemnosv$pc" down
            sleep $((RANDOM % 14))
            ip link set "lemnosv$pc" up
            ;;
    esac
    while [ "$(progress)" -le "$before" ]; do
        kill -0 "$running" 2> /dev/null || { echo "The run has ended at fault $fault." >&2; tail -3 "$folder/events" >&2; exit 1; }
        [ $(($(milliseconds) - since)) -lt 60000 ] || { echo "Nothing goes on after fault $fault." >&2; exit 1; }
        sleep 0.2
    done
    took=$(($(milliseconds) - since))
    seen[$kind]=$((seen[$kind] + 1))
    [ "$took" -le "${longest[$kind]}" ] || longest[$kind]=$took
    [ $((fault % 20)) -ne 0 ] || echo "$fault faults"
done
# Some epochs more, so that the last fault is followed by something.
cli 0 control "$folder/run" epochs $(($(grep -c '"event":"epoch"' "$folder/events") + 3)) > /dev/null
wait "$running"
epochs=$(grep -c '"event":"epoch"' "$folder/events")
grep -q '"reason":"completed"' "$folder/events"
for kind in killed stopped unplugged; do
    echo "${seen[$kind]} $kind: the run went on after ${longest[$kind]} ms at most, the time that the fault lasted included"
done
echo "$epochs epochs"
train alone "$epochs" > "$folder/alone.events"
cmp "$folder/run/weights.safetensors" "$folder/alone/weights.safetensors"
echo "The weights are those of one PC alone."

#!/usr/bin/env bash
# The two jobs that Lemnos was made for, on 8 PCs, from drawn pictures to an exported model:
#   tests/lan/seed_jobs.sh BUILD_FOLDER [full|small ["JOB..."]]        small, "mlp512 mlp256"
# mlp512: 100 classes of 1,000 pictures, 10 epochs, batches of 32 a PC; every step together.
# mlp256: 2,000 classes of 1,000 pictures, 20 epochs, batches of 16 a PC; 16 local steps between two means of the weights,
#         for the sums of all its 250,000 steps would take a day.
# Small ones have fewer classes and pictures, and run as a test (tst_seed_jobs). docs/benchmarks.md says how long the full
# ones take, and how much room. PICTURES, CLASSES and EPOCHS take the place of a job's; DRAWN=FOLDER keeps the pictures.
#
# The PCs are network namespaces with links of 1 Gbit/s for root, and else processes that speak over 127.0.0.1.
# Prints a line of JSON for each job; exits with 0 when each has learnt, nobody was lost on the way, and the saved run gives the
# same when it is loaded.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
scale=${2:-small} jobs=${3:-mlp512 mlp256}
pcs=${PCS:-8}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
if [ "$scale" = full ] && ip netns add lemnostest 2> /dev/null; then
    ip netns del lemnostest
    make_team "$pcs"
else
    [ "$scale" = small ] || echo "Network namespaces are not permitted here; the PCs are processes on 127.0.0.1." >&2
    make_team_here "$pcs"
fi
for ((pc = 1; pc < pcs; pc++)); do share "$pc" cpu; done

field() { sed "s/.*\"$2\":\([-+.e0-9]*\).*/\1/" <<< "$1"; } # JSON NAME

job() { # TEMPLATE CLASSES PICTURES EPOCHS TRAIN_ARGUMENT...
    local template=$1 classes=${CLASSES:-$2} pictures=${PICTURES:-$3} epochs=${EPOCHS:-$4}
    local run="$folder/$template-run" data="${DRAWN:-$folder}/$template-$classes-$pictures" began=$SECONDS drawn trained
    [ -d "$data" ] || "$build/bin/draw_classes" "$data" "$classes" "$pictures" 80
    drawn=$((SECONDS - began))
    cli 0 train --data "$data" --template "$template" --size 64x64 --channels 3 --optimizer adam --epochs "$epochs" --patience 0 \
        --device cpu --peers "$(peers_of "$pcs")" --run "$run" "${@:5}" --events < /dev/null > "$folder/$template.events"
    trained=$((SECONDS - began - drawn))
    # What is left out of the run or lost on its way would make it another job.
    ! grep -E "no longer helps|can't help" "$folder/$template.events" >&2
    local told loaded again
    told=$(sed -n '/"event":"finished"/s/.*"test":\({[^}]*}\).*/\1/p' "$folder/$template.events")
    # Loaded twice: as it is, and after the export has read it.
    loaded=$(cli 0 evaluate "$run" --device cpu --json)
    cli 0 export "$run" --out "$folder/$template-model" > /dev/null
    [ -s "$folder/$template-model/model.onnx" ]
    again=$(cli 0 evaluate "$run" --device cpu --json)
    [ "$loaded" = "$again" ]
    printf '{"job":"%s","classes":%d,"pictures":%d,"epochs":%d,"drawn_seconds":%d,"trained_seconds":%d,"chance":%s,"told":%s,"loaded":%s}\n' \
        "$template" "$classes" $((classes * pictures)) "$epochs" "$drawn" "$trained" "$(awk "BEGIN { print 1 / $classes }")" \
        "$told" "$loaded"
    awk "BEGIN { accuracy = $(field "$loaded" accuracy)
        exit !(accuracy > 10 / $classes && accuracy == $(field "$told" accuracy) && $(field "$loaded" loss) == $(field "$told" loss)) }"
    rm -rf "$run"
}

for name in $jobs; do
    case "$name-$scale" in
        mlp512-full) job mlp512 100 1000 10 --batch $((32 * pcs)) --shard 32 ;;
        mlp256-full) job mlp256 2000 1000 20 --batch 16 --local-steps 16 --cache 30000 ;;
        mlp512-small) job mlp512 30 30 10 --batch $((32 * pcs)) --shard 32 --width 0.25 ;;
        mlp256-small) job mlp256 40 40 20 --batch 16 --local-steps 4 --width 0.5 ;;
        *) echo "There is no job '$name' of scale '$scale'." >&2 && exit 2 ;;
    esac
done

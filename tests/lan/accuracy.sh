#!/usr/bin/env bash
# Whether PCs that take steps by themselves between two means of their weights learn as well as one PC that sees the same
# pictures as often:
#   tests/lan/accuracy.sh BUILD_FOLDER DATA_FOLDER [PCS [LOCAL_STEPS [EPOCHS ["SEED..." [TRAIN_ARGUMENT...]]]]]
# 8 PCs, 16 steps, 12 epochs, seeds "1 2 3". small_cnn at the size of the pictures, batches of 32, Adam; what follows goes to
# train, e.g. --schedule cosine. Prints a row for each seed; the accuracy is on the test pictures. Exits with 0 when the
# mean of the PCs together is at most half a point below that of one.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder} data=$(readlink -f "${2:?the folder of the pictures}")
pcs=${3:-8} local_steps=${4:-16} epochs=${5:-12} seeds=${6:-1 2 3}
shift $(($# < 6 ? $# : 6))
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
# shellcheck source=team.sh
source "$here/team.sh"
make_team_here "$pcs"
for ((pc = 1; pc < pcs; pc++)); do share "$pc" cpu; done
train() { # RUN SEED ARGUMENTS...
    cli 0 train --data "$data" --template small_cnn --epochs "$epochs" --patience 0 --batch 32 --seed "$2" --device cpu \
        --run "$folder/$1" --json "${@:3}" > "$folder/$1.json" || { cat "$folder/$1.json" >&2; exit 1; }
    cli 0 evaluate "$folder/$1" --device cpu --json | sed 's/.*"accuracy":\([0-9.]*\).*/\1/'
}
echo "| seed | one PC | $pcs PCs, $local_steps local steps |"
echo "|---|---|---|"
for seed in $seeds; do
    alone=$(train "alone$seed" "$seed" "$@")
    together=$(train "together$seed" "$seed" --peers "$(peers_of "$pcs")" --local-steps "$local_steps" "$@")
    echo "| $seed | $alone | $together |" | tee -a "$folder/table"
done
awk -F'|' '{ alone += $3; together += $4 } END {
    printf "| mean | %.4f | %.4f |\n", alone / NR, together / NR
    exit !(alone / NR - together / NR <= 0.005) }' "$folder/table"

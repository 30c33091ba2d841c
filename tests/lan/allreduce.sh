#!/usr/bin/env bash
# How long PCs take to sum gradients over links of 1 Gbit/s:
#   tests/lan/allreduce.sh BUILD_FOLDER [PCS [MEGABYTES [ROUNDS [RATE [WIRE]]]]]
# Prints what bench_allreduce prints, with the bound that the links set; and Gloo's time where libgloo-dev was installed
# when the benchmarks were built.
set -euo pipefail
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
build=${1:?the build folder}
pcs=${2:-8} megabytes=${3:-26} rounds=${4:-10} rate=${5:-1gbit} wire=${6:-float32}
# shellcheck source=namespaces.sh
source "$here/namespaces.sh"
make_pcs "$pcs" "$rate"
folder="$(mktemp -d)"
trap 'remove_pcs; rm -rf "$folder"' EXIT
"$build/bin/bench_allreduce" prepare "$folder" "$pcs"
[ -x "$build/bin/bench_gloo" ] && programs=("$build/bin/bench_allreduce rank" "$build/bin/bench_gloo") ||
    programs=("$build/bin/bench_allreduce rank")
for program in "${programs[@]}"; do
    store="$folder/store$((stores = ${stores:-0} + 1))"
    mkdir -p "$store"
    format=()
    case "$program" in *rank) store="$folder" format=("$wire") ;; esac
    ranks=()
    for ((rank = 1; rank < pcs; rank++)); do
        # shellcheck disable=SC2086
        on_pc "$rank" $program "$store" "$rank" "$pcs" "$megabytes" "$rounds" "${format[@]}" &
        ranks+=($!)
    done
    # shellcheck disable=SC2086
    on_pc 0 $program "$store" 0 "$pcs" "$megabytes" "$rounds" "${format[@]}"
    wait "${ranks[@]}"
done

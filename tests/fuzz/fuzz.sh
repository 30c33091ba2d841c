#!/usr/bin/env bash
# Fuzzes every parser of what others write, with libFuzzer (clang):
#   tests/fuzz/fuzz.sh [SECONDS [NAME...]]        an hour in all, "fuzz_wire fuzz_hiring ..." (all of them)
# Builds the preset fuzz, and shares the time out among the programs, as many at a time as there are cores. What they learn
# stays in build/fuzz/corpus for the next time; what breaks a parser is in build/fuzz/findings, and is what to give the
# program again. Exits with 0 when there is nothing. BUILD=FOLDER builds elsewhere.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
seconds=${1:-3600}
shift $(($# > 0 ? 1 : 0))
build=${BUILD:-build/fuzz}
names=("$@")
[ $# -gt 0 ] || for file in tests/fuzz/fuzz_*.cpp; do names+=("$(basename "$file" .cpp)"); done
[ -f "$build/build.ninja" ] || cmake --preset fuzz -B "$build" > /dev/null
cmake --build "$build" --target seeds_to_files "${names[@]}"
"$build/bin/seeds_to_files" "$build/seeds"
mkdir -p "$build/findings"
cores=$(nproc)
each=$((seconds * (cores < ${#names[@]} ? cores : ${#names[@]}) / ${#names[@]}))

fuzz() { # NAME
    mkdir -p "$build/corpus/$1"
    # Its log may hold anything that the inputs hold.
    "$build/bin/$1" -max_total_time="$each" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$1-" "$build/corpus/$1" "$build/seeds/$1" > "$build/$1.log" 2>&1 && found=nothing ||
        found="a finding; see $build/$1.log and $build/findings"
    echo "$1: $(sed -n 's/.*number_of_executed_units: *//p' "$build/$1.log") inputs in $each s, $found"
    [ "$found" = nothing ]
}
export -f fuzz
export build each
printf '%s\n' "${names[@]}" | xargs -P "$cores" -I{} bash -c 'fuzz {}'

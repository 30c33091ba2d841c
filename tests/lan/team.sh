# To be sourced behind namespaces.sh: PCs that have Lemnos. Set `build`, the build folder, before.
#
#   make_team 8 [RATE]     8 PCs with links of 1 Gbit/s; all but the first (pc0) trust it, and it trusts them
#   make_team_here 8       the same of processes that speak over 127.0.0.1, which takes neither root nor namespaces
#   cli 0 train ...        lemnos-cli on one of them
#   share 3 cpu            PC 3 shares its device, until it is killed or the script ends
#   peers_of 3             "pc1,pc2": the others where 3 take part
#
# "$folder" holds everything: the configuration of PC n in $folder/n, and whatever a script puts there.

make_team() {
    local pc
    make_pcs "$1" "${2:-1gbit}"
    folder="$(mktemp -d)"
    trap 'remove_pcs; rm -rf "$folder"' EXIT
    leader="$(id_of 0)"
    for ((pc = 1; pc < $1; pc++)); do
        cli 0 peer trust "$(id_of "$pc")" "pc$pc" --address "10.77.0.$((pc + 1)):7411" > /dev/null
        cli "$pc" peer trust "$leader" leader > /dev/null
    done
}

make_team_here() {
    local pc
    team_here=1
    on_pc() { "${@:2}"; }
    folder="$(mktemp -d)"
    # A job is a shell whose child is the program.
    trap 'for job in $(jobs -p); do pkill -P "$job"; done; wait; rm -rf "$folder"' EXIT
    leader="$(id_of 0)"
    for ((pc = 1; pc < $1; pc++)); do cli "$pc" peer trust "$leader" leader > /dev/null; done
}

cli() { # PC ARGUMENTS...
    on_pc "$1" env LEMNOS_CONFIG="$folder/$1" LEMNOS_CACHE="$folder/$1" LEMNOS_RUNS="$folder/$1/runs" \
        OMP_WAIT_POLICY=passive OMP_NUM_THREADS=1 "$build/bin/lemnos-cli" "${@:2}"
}

id_of() { cli "$1" peer id --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/'; }

share() { # PC DEVICE
    if [ -z "${team_here:-}" ]; then
        cli "$1" peer serve --device "$2" > "$folder/$1.log" 2>&1 &
        return
    fi
    cli "$1" peer serve --device "$2" --listen 127.0.0.1 --port 0 --hidden --events > "$folder/$1.log" 2>&1 &
    local port=""
    while [ -z "$port" ]; do
        sleep 0.1
        kill -0 $! || return
        port=$(sed -n 's/.*"port":\([0-9]*\).*/\1/p' "$folder/$1.log")
    done
    cli 0 peer trust "$(id_of "$1")" "pc$1" --address "127.0.0.1:$port" > /dev/null
}

peers_of() {
    local pc names=()
    for ((pc = 1; pc < $1; pc++)); do names+=("pc$pc"); done
    (IFS=,; echo "${names[*]}")
}

# To be sourced: PCs on this PC. Each is a network namespace with an address of its own (10.77.0.1, 10.77.0.2, ...) and a
# link of limited speed to a bridge. Takes root; everything is removed at the end of the script that has sourced it.
#
#   make_pcs 8 1gbit       8 PCs
#   on_pc 3 COMMAND...     runs a command there (PCs are counted from 0)
#
# With delay_ms=10, what PCs send comes 10 ms later (at some 100 Mbit/s: the links are a program then).

lemnos_pcs=0

remove_pcs() {
    local pc
    for ((pc = 0; pc < lemnos_pcs; pc++)); do
        ip netns pids "lemnos$pc" 2> /dev/null | xargs -r kill -9 2> /dev/null
        ip netns del "lemnos$pc" 2> /dev/null
    done
    ip link del lemnosbr 2> /dev/null
    [ -z "${delay_process:-}" ] || kill "$delay_process" 2> /dev/null
    true
}

make_pcs() {
    local count=$1 rate=$2 pc
    if ! ip netns add lemnostest 2> /dev/null; then
        echo "Network namespaces are not permitted here; they take root. bench_allreduce without them uses 127.0.0.1." >&2
        exit 77
    fi
    ip netns del lemnostest
    if ip link show lemnosbr > /dev/null 2>&1; then
        echo "Another of these scripts is at work; wait for its end (or, where it was killed: ip link del lemnosbr)." >&2
        exit 1
    fi
    trap remove_pcs EXIT
    ip link add lemnosbr type bridge
    ip link set lemnosbr up
    for ((pc = 0; pc < count; pc++)); do
        ip netns add "lemnos$pc"
        lemnos_pcs=$((pc + 1))
        [ -n "${delay_ms:-}" ] || ip link add "lemnosv$pc" type veth peer name eth0 netns "lemnos$pc"
    done
    [ -z "${delay_ms:-}" ] || delay_pcs
    for ((pc = 0; pc < count; pc++)); do
        ip link set "lemnosv$pc" master lemnosbr
        ip link set "lemnosv$pc" up
        ip -n "lemnos$pc" addr add "10.77.0.$((pc + 1))/24" brd + dev eth0
        ip -n "lemnos$pc" link set eth0 up
        ip -n "lemnos$pc" link set lo up
        # Both directions of the link. What waits is limited in bytes, 50 ms of 1 Gbit/s, so that links that are
        # slower to see the same in slow motion don't lose more.
        ip netns exec "lemnos$pc" tc qdisc add dev eth0 root tbf rate "$rate" burst 256kb limit 6250000
        tc qdisc add dev "lemnosv$pc" root tbf rate "$rate" burst 256kb limit 6250000
    done
}

# Half of the delay on the way to the bridge, half on the way from it.
delay_pcs() {
    local pc links=()
    for ((pc = 0; pc < lemnos_pcs; pc++)); do links+=("lemnos$pc=lemnosv$pc"); done
    exec {delaying}< <(exec python3 "$(dirname "${BASH_SOURCE[0]}")/delay.py" "$(bc <<< "scale=3; $delay_ms / 2")" "${links[@]}")
    delay_process=$!
    read -r -u "$delaying" || exit 1
}

on_pc() {
    local pc=$1
    shift
    ip netns exec "lemnos$pc" "$@"
}

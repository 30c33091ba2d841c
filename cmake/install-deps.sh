#!/usr/bin/env bash
# Installs the Debian packages of packages.txt that are missing. Does nothing, at once, when there are none.
set -euo pipefail

list="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/packages.txt"
mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$list")

fail() {
    echo "install-deps: $*" >&2
    exit 1
}

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    echo "This is not a Debian system, so nothing is installed; CMake will say what it does not find of: ${wanted[*]}."
    exit 0
fi

installed="$(dpkg-query --show --showformat '${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2> /dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
    grep -q "^ii *$package$" <<< "$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null ||
        fail "These packages are missing, and installing them takes root or sudo: ${missing[*]}."
    as_root=(sudo)
fi

echo "==> Installing Debian packages: ${missing[*]}"
# Lists that are out of date are a nuisance, but what they name may still be there.
"${as_root[@]}" apt-get update -qq || echo "The package lists could not be brought up to date; trying with the old ones."
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    fail "Debian could not install the packages; the lines above say why. Lemnos needs: ${missing[*]}."

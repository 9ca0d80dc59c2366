#!/bin/bash
# Install what is missing, and only that.
#   dev/setup.sh packages base [tools] [desktop]   packages of the distribution, listed with their reasons in dev/packages.txt
#   dev/setup.sh venv FILE                 .venv on the distribution's Python, with the tools of the requirements FILE
# The Python is always /usr/bin/python3: only the distribution's own Python carries QGIS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SYSTEM_PYTHON=/usr/bin/python3

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
# Addresses of package servers are nobody's business in a log.
mask() { sed -u -E -e 's#(https?|ftp|file)://[^ ]+#<package server>#g' -e '/^(Looking in|Location )/d'; }

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]; }
# Not `| grep -q`: it closes the pipe at the first match, and apt-cache, still writing, dies of SIGPIPE under pipefail.
offered() { [[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[!\(]* ]]; }
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
apt() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
        apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" 2>&1 | mask
}
# As apt, into a log; only a failure is shown.
quietly() {
    mkdir -p build
    apt "$@" >build/setup.log && return 0
    tail -n 20 build/setup.log
    return 1
}
# What apt would fetch and put on the disk, in its own words; nothing where it does not say.
size_of() {
    { LC_ALL=C apt-get --assume-no --no-install-recommends install "$@" 2>/dev/null || true; } |
        sed -n -E -e 's/^(Need to get .*)\.$/\1/p' -e 's/^(After this operation, .*)\.$/\1/p' | paste -sd ';' - | sed 's/;/; /g'
}

# Rows of dev/packages.txt for the groups asked for, as "alternatives|why".
wanted() {
    local groups=" $* " names group why
    while IFS='|' read -r names group why; do
        [[ $names =~ ^[[:space:]]*(#|$) ]] && continue
        group=${group//[[:space:]]/}
        [[ $groups == *" $group "* ]] && printf '%s|%s\n' "$(echo $names)" "${why# }"
    done <dev/packages.txt
    return 0
}

any_installed() { local name; for name in $1; do installed "$name" && return 0; done; return 1; }
first_offered() { local name; for name in $1; do offered "$name" && { echo "$name"; return 0; }; done; return 1; }

packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        "$SYSTEM_PYTHON" -c 'import numpy, pandas, pyproj, qgis.core, requests' ||
            fail "this is neither Debian nor Ubuntu; install by hand what dev/packages.txt lists, then run make again"
        say "neither Debian nor Ubuntu: using the QGIS that is here"
        return 0
    fi
    local missing=() chosen=() row names why name updated=no
    while IFS= read -r row; do
        any_installed "${row%%|*}" || missing+=("$row")
    done < <(wanted "$@")
    [ ${#missing[@]} -eq 0 ] && return 0

    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail "packages are missing and sudo is not here; as root run: dev/setup.sh packages $*"
    fi
    for row in "${missing[@]}"; do
        if ! first_offered "${row%%|*}" >/dev/null; then
            say "reading the list of packages"
            apt update || fail "the list of packages could not be read; check the network, then run make again"
            updated=yes
            break
        fi
    done
    say "these packages are missing and will be installed:"
    for row in "${missing[@]}"; do
        names=${row%%|*} why=${row#*|}
        name=$(first_offered "$names") ||
            fail "no package source offers ${names// / or } ($why); on Ubuntu turn on the component universe (sudo add-apt-repository universe), then run make again"
        chosen+=("$name")
        printf 'setup:   %-20s %s\n' "$name" "$why"
    done
    local size
    size=$(size_of "${chosen[@]}")
    [ -z "$size" ] || say "$size"
    say "this takes seconds for a few packages and some 10 minutes for QGIS (500 MB); nothing more is printed until it is done"
    if ! quietly install -y --no-install-recommends "${chosen[@]}"; then
        [ "$updated" = no ] || fail "the packages could not be installed; the lines above say why"
        say "once more, with a fresh list of packages"
        apt update || fail "the list of packages could not be read; check the network, then run make again"
        quietly install -y --no-install-recommends "${chosen[@]}" ||
            fail "the packages could not be installed; the lines above say why"
    fi
    for name in "${chosen[@]}"; do
        installed "$name" || fail "$name is still not installed; the lines above say why"
    done
    say "packages are complete"
}

usable() { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip, qgis.core' 2>/dev/null; }

venv() {
    local file=$1
    if ! usable; then
        say "making .venv on $SYSTEM_PYTHON"
        rm -rf .venv
        "$SYSTEM_PYTHON" -m venv --system-site-packages .venv
        usable || fail "QGIS cannot be imported from $SYSTEM_PYTHON; is python3-qgis installed?"
    fi
    # pyproj looks for its data beside the Python that runs; those of the distribution are not in .venv.
    if [ -d /usr/share/proj ]; then
        mkdir -p .venv/share
        ln -sfn /usr/share/proj .venv/share/proj
    fi
    say "installing the tools of $file into .venv"
    .venv/bin/python -m pip install -q --no-input --disable-pip-version-check --no-warn-script-location -r "$file" 2>&1 |
        mask || fail "the tools of $file could not be installed; the lines above say why"
}

case "${1:-}" in
    packages) shift; packages "$@" ;;
    venv) venv "${2:?the requirements file}" ;;
    *) fail "usage: dev/setup.sh packages base [tools] [desktop] | venv FILE" ;;
esac

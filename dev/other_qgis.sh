#!/bin/bash
# Run the tests with the QGIS of another Debian or Ubuntu, in a system of its own under build/other-qgis. Needs root and debootstrap.
#   dev/other_qgis.sh SUITE [make arguments]     SUITE: trixie, forky, sid, jammy …; without arguments: make test
# What runs is the last commit, not what is still being edited. The second run of a suite reuses its system;
# to start afresh, delete its folder. OTHER_QGIS=folder puts the systems (3 GB each) elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'other_qgis: %s\n' "$*"; }
fail() { printf 'other_qgis: %s\n' "$*" >&2; exit 1; }

suite=${1:-}
[[ $suite =~ ^[a-z]+$ ]] || fail "usage: dev/other_qgis.sh SUITE [make arguments]"
shift
[ $# -gt 0 ] || set -- test
[ "$(id -u)" -eq 0 ] || fail "only root may make and enter another system"
command -v debootstrap >/dev/null || fail "debootstrap is missing; as root run: apt-get install debootstrap"

root=${OTHER_QGIS:-$PWD/build/other-qgis}/$suite
home=/srv/tomoshibi
bundle=$root/srv/commit.bundle
authorities=/etc/ssl/certs/ca-certificates.crt

# In a mount namespace that ends with the command: nothing is left mounted under build/, which `make clean` deletes.
inside() {
    unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" \
        /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PIP_CERT="$authorities" PIP_ROOT_USER_ACTION=ignore \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} "$@"
}

if [ ! -e "$root/.ready" ]; then
    say "making a Debian $suite"
    rm -rf "$root"
    mkdir -p "$root"
    # A suite younger than this debootstrap is made by the script of sid; the empty word is the mirror: debootstrap's own.
    script=/usr/share/debootstrap/scripts/$suite
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
    log=$root.log
    # Ubuntu keeps QGIS in universe, and has a keyring of its own.
    options=(--variant=minbase)
    if [ "$(readlink -f "$script")" = /usr/share/debootstrap/scripts/gutsy ]; then
        keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg
        [ -e "$keyring" ] || fail "the keys of Ubuntu are missing; as root run: apt-get install ubuntu-keyring"
        options+=(--components=main,universe --keyring="$keyring")
    fi
    debootstrap "${options[@]}" "$suite" "$root" "" "$script" >"$log" 2>&1 || fail "debootstrap failed; see $log"
    inside apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends ca-certificates git make >>"$log" 2>&1 ||
        fail "git and make could not be installed; see $log"
    touch "$root/.ready"
fi

# Whom this machine trusts is trusted inside: a network that reads TLS has an authority of its own.
[ ! -e "$authorities" ] || cp -L "$authorities" "$root$authorities"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

# By bundle, because git refuses to fetch from a checkout that belongs to another user than root.
git -c safe.directory="$PWD" bundle create --quiet "$bundle" HEAD
[ -d "$root$home/.git" ] || inside git init --quiet "$home"
inside git -C "$home" fetch --quiet /srv/commit.bundle HEAD
inside git -C "$home" checkout --quiet --force --detach FETCH_HEAD
rm -f "$bundle"

inside make -C "$home" setup
inside env QT_QPA_PLATFORM=offscreen "$home/.venv/bin/python" -c '
import platform, numpy, pandas
from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR
print("other_qgis: QGIS", Qgis.version(), "Qt", QT_VERSION_STR, "Python", platform.python_version(),
      "numpy", numpy.__version__, "pandas", pandas.__version__, flush=True)'
inside make -C "$home" "$@"

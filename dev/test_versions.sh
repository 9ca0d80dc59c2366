#!/bin/bash
# Run the whole suite on the QGIS of several Debians and Ubuntus, one line for each; logs in build/other-qgis/<suite>.tests.
#   dev/test_versions.sh [SUITE ...]     default: bookworm trixie forky jammy; needs root, debootstrap, 3 GB and an hour for each
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -gt 0 ] || set -- bookworm trixie forky jammy

run=${OTHER_QGIS_RUN:-dev/other_qgis.sh}
mkdir -p build/other-qgis
worst=0
for suite in "$@"; do
    log=build/other-qgis/$suite.tests
    status=0
    "$run" "$suite" test >"$log" 2>&1 || status=$?
    qgis=$(sed -n 's/^other_qgis: QGIS //p' "$log" | head -n 1)
    count=$(grep -E '[0-9]+ (passed|failed|error)' "$log" | tail -n 1)
    printf '%-10s %-6s QGIS %s | %s\n' "$suite" "$([ "$status" -eq 0 ] && echo good || echo FAILED)" "${qgis:-none}" "${count:-see $log}"
    [ "$status" -eq 0 ] || worst=1
done
exit "$worst"

#!/usr/bin/env bash
# CPU time of power flows against lightsim2grid, one thread, in turns in one run: for each case the
# medians and their ratios.
#
#   benches/peers/lightsim2grid.sh                  3 rounds of the cases in ../shared/data, 3 minutes
#   benches/peers/lightsim2grid.sh 1 a.m b.m        1 round of these cases
#
# Both sides have their grid built and solve to 1e-8 pu, and first show that their voltages agree.
#   single      AC from a flat start with all results; ordering and analysis of the matrix kept
#   cold        the same with ordering and analysis (ours from the plain network, theirs after a reset)
#   flat_batch  AC, 256 states of loads within 10 %, per state, from a flat start; theirs at its best
#               (a chain of time steps, each from the last one's solution, or independent states)
#   batch       the same from the solved state of the case
#   dc_batch    DC, the same states, angles and flows
# Bounds: single 1.5, batch 4, dc_batch 6 times faster. ENERGYOPTI_BENCH_STRICT makes a missed one an
# error. The last line is JSON. Needs Python; installs the peer into target/ at the first run.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
rounds=${1:-3}
case $rounds in '' | *[!0-9]* | 0) echo "usage: lightsim2grid.sh [ROUNDS [CASE.m ...]]" >&2; exit 2 ;; esac
shift || true
data=$root/../shared/data
[ $# -gt 0 ] || set -- "$data/acpf/case118.m" "$data/acpf/case1354pegase.m" "$data/pglib/pglib_opf_case2869_pegase.m"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

target=${CARGO_TARGET_DIR:-$root/target}
venv=$target/lightsim2grid-venv
version=1.2.0
installed() { "$venv/bin/python" -c 'from importlib.metadata import version; print(version("lightsim2grid"))' 2>/dev/null; }
if [ "$(installed || true)" != "$version" ] || ! "$venv/bin/python" -c 'import matpowercaseframes' 2>/dev/null; then
  python3 -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "lightsim2grid==$version" matpowercaseframes >&2
fi
voltages=$(mktemp)
trap 'rm -f "$voltages"' EXIT

cargo bench --quiet --workspace --bench power_flow --no-run
ours() { cargo bench --quiet --workspace --bench power_flow -- "$(realpath "$1")" "$voltages"; }
theirs() { "$venv/bin/python" benches/peers/lightsim2grid_case.py "$1" "$voltages"; }

lines=$(mktemp)
trap 'rm -f "$voltages" "$lines"' EXIT
for file in "$@"; do
  if [ ! -f "$file" ]; then
    echo "skipped: there is no $file"
    continue
  fi
  for round in $(seq "$rounds"); do
    here=$(ours "$file") there=$(theirs "$file")
    printf '{"case": "%s", "ours": %s, "theirs": %s}\n' "$(basename "$file" .m)" "$here" "$there" >>"$lines"
    echo "$(basename "$file") round $round done"
  done
done
"$venv/bin/python" benches/peers/lightsim2grid_ratios.py "$lines"

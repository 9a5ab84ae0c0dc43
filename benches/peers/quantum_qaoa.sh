#!/usr/bin/env bash
# CPU time of QAOA, one thread, against QOKit's C simulator and Aer's gate circuit, in turns in one
# run; then against the machine: bandwidth of memory, and peak memory. Medians, ratios, bounds.
#
#   benches/peers/quantum_qaoa.sh       3 rounds, about 3 minutes
#   benches/peers/quantum_qaoa.sh 5     5 rounds
#
# A dense portfolio QUBO (mean, variance, budget), doubles, 4 layers from the uniform state with the
# X mixer; all sides first show that they find the same mean cost.
#   n = 16, 20, 22    QOKit at least 5 times slower, Aer at least 40
#   n = 24            a sweep (4 layers take 5) moves at least 25 % of what a copy or triad moves
#   n = 26            at most 1.25 GB resident, the diagonal worked out per tile
# The diagonal is made outside the timed part, ours and QOKit's, and printed apart. QOKit's package
# brings the C source without headers and its own build does not optimise: it is compiled here with
# -O3 -march=native, and without OpenMP: beside Aer in one process its OpenMP build, told to use one
# thread, took up to ten times the CPU time from the second round on, which would flatter us. Aer
# applies the diagonal as gates, RZ and RZZ: `share` says how much of its time that is.
# Needs python3 with venv and gcc; installs the peers into target/ at the first run unless
# ENERGYOPTI_PEERS_VENV names an environment that has them.
# ENERGYOPTI_BENCH_STRICT makes a missed bound an error. The last line is JSON.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
case $rounds in '' | *[!0-9]* | 0) echo "usage: quantum_qaoa.sh [ROUNDS]" >&2; exit 2 ;; esac
. benches/peers/quantum_peers.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$("$python" -c 'import importlib.util as u; print(u.find_spec("qokit").submodule_search_locations[0])')/fur/c/csim/src
cat >"$work/diagonal.h" <<'C'
#include <stddef.h>
void apply_diagonal(double *, double *, double, double *, size_t);
C
cat >"$work/fur.h" <<'C'
#include <stddef.h>
void furx_all(double *, double *, double, unsigned int, size_t);
void furxy_ring(double *, double *, double, unsigned int, size_t);
void furxy_complete(double *, double *, double, unsigned int, size_t);
C
touch "$work/qaoa_fur.h"
gcc -O3 -march=native -fPIC -shared -w -I"$work" "$source"/*.c -lm -o "$work/libcsim.so"

cargo bench --quiet --workspace --bench qaoa --no-run
"$python" benches/peers/quantum_qaoa.py "$rounds" "$work"

#!/usr/bin/env bash
# CPU time of random brickwork circuits of 20 qubits and depth 20 against Qiskit Aer and Qulacs, double
# precision, one thread, in turns in one run: medians and their ratios, with the bounds 6 (Aer with its
# own fusion) and 4 (Qulacs with its optimiser at the block size that is best for it).
#
#   benches/peers/quantum_circuits.sh               5 rounds, about 3 minutes
#   benches/peers/quantum_circuits.sh 9 20 20       9 rounds, 20 qubits, depth 20
#
# The circuits: layers of U3 with CZ bricks; layers of RX, RY or RZ with CX bricks; the same with all
# three; bricks of random two-qubit unitaries. All sides first show that their amplitudes agree. Charged
# is, for ours, compiling and running, and against Aer also the memory of the state, which it takes in
# a run; for Aer, a run without transpiling; for Qulacs, the update of a state that is there, without
# its optimiser. ENERGYOPTI_BENCH_STRICT makes a missed bound an error. The last line is JSON. Needs
# Python; installs the peers into target/ at the first run unless ENERGYOPTI_PEERS_VENV names an
# environment that has them.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
case $rounds in '' | *[!0-9]* | 0) echo "usage: quantum_circuits.sh [ROUNDS [QUBITS [DEPTH]]]" >&2; exit 2 ;; esac
. benches/peers/quantum_peers.sh
cargo bench --quiet --workspace --bench circuits --no-run
"$python" benches/peers/quantum_circuits.py "$rounds" "${2:-20}" "${3:-20}"

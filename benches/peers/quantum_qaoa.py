"""QAOA against QOKit, Aer and the machine, in turns: called by quantum_qaoa.sh ROUNDS WORK.

Ours is a worker process that measures its own CPU time; the peers run here. WORK holds QOKit's
compiled library, and takes the QUBOs.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")

import qokit.fur.c.csim.libpath as csim  # noqa: E402

csim.libpath = pathlib.Path(sys.argv[2]) / "libcsim.so"

from qiskit import QuantumCircuit  # noqa: E402
from qiskit_aer import AerSimulator  # noqa: E402
from qokit.fur.c.qaoa_simulator import QAOAFURXSimulatorC  # noqa: E402

LAYERS, LEAST_S, AGREE = 4, 0.2, 1e-9
QOKIT_BOUND, AER_BOUND, BANDWIDTH_BOUND, MEMORY_BOUND = 5.0, 40.0, 0.25, 1.25e9


class Worker:
    """Our side, on one QUBO."""

    def __init__(self, path):
        command = ["cargo", "bench", "--quiet", "-p", "energyopti-quantum", "--bench", "qaoa", "--", str(path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def seconds(call):
    """CPU seconds of one call, and what it returned."""
    calls = 1
    while True:
        start = time.process_time()
        for _ in range(calls):
            result = call()
        spent = time.process_time() - start
        if spent >= LEAST_S:
            return spent / calls, result
        calls *= 2


def portfolio(n):
    """x'Qx = risk - return + budget, the constant of (sum x - n/2)^2 left out; risk x'Sx of three factors."""
    asset = np.arange(n)
    factors = np.sin(1.0 + np.outer(asset + 1, [0.7, 1.9, 3.1])) / 2
    risk = factors @ factors.T + np.diag(0.1 + 0.05 * np.cos(asset))
    earned = 0.3 + 0.2 * np.sin(2.3 * asset)
    return 0.5 * risk - np.diag(earned) + 0.2 * (np.ones((n, n)) - np.diag(np.full(n, float(n))))


def ising(matrix):
    """Offset, fields and couplings with x = (1 - z)/2."""
    n = len(matrix)
    pairs = matrix + matrix.T - 2 * np.diag(np.diag(matrix))
    linear = np.diag(matrix)
    offset = linear.sum() / 2 + pairs.sum() / 8
    fields = -linear / 2 - pairs.sum(axis=1) / 4
    return offset, fields, [(i, j, pairs[i, j] / 4) for i in range(n) for j in range(i + 1, n)]


def ramp():
    """The angles: the worker has the same formula."""
    at = (np.arange(LAYERS) + 0.5) / LAYERS
    return 0.8 * at, 0.7 * (1 - at)


def circuit(n, model, mixer=True):
    """The layers as gates."""
    _, fields, couplings = model
    gates = QuantumCircuit(n)
    gates.h(range(n))
    for gamma, beta in zip(*ramp()):
        for i, field in enumerate(fields):
            gates.rz(2 * gamma * field, i)
        for i, j, coupling in couplings:
            gates.rzz(2 * gamma * coupling, i, j)
        if mixer:
            gates.rx(2 * beta, range(n))
    return gates


class Aer:
    """The gate circuit, one thread."""

    def __init__(self, n, model):
        self.simulator = AerSimulator(method="statevector", max_parallel_threads=1)
        self.whole, self.diagonal, self.state = (circuit(n, model, mixer) for mixer in (True, False, True))
        self.whole.save_amplitudes([0])
        self.diagonal.save_amplitudes([0])
        self.state.save_statevector()

    def run(self, gates):
        result = self.simulator.run(gates, shots=1).result()
        if not result.success:
            raise SystemExit(f"Aer: {result.status}")
        return result

    def mean(self, costs):
        return float(np.abs(np.asarray(self.run(self.state).get_statevector())) ** 2 @ costs)


def agree(n, ours, theirs, name):
    if abs(ours - theirs) > AGREE * max(1.0, abs(ours)):
        raise SystemExit(f"n = {n}: mean cost {ours!r}, {name} {theirs!r}: nothing is compared")


def against_peers(n, rounds, worker, matrix):
    """Medians of the rounds, seconds."""
    model = offset, fields, couplings = ising(matrix)
    terms = [(coupling, (i, j)) for i, j, coupling in couplings] + [(f, (i,)) for i, f in enumerate(fields)]
    start = time.process_time()
    qokit = QAOAFURXSimulatorC(n, terms=terms)
    qokit_diagonal_s = time.process_time() - start
    costs = np.asarray(qokit.get_cost_diagonal())
    gamma, beta = ramp()
    aer = Aer(n, model)
    # QOKit turns by half of its gamma, and its diagonal is without the offset.
    run_qokit = lambda: qokit.simulate_qaoa(2 * gamma, beta)  # noqa: E731
    found = {key: [] for key in ("ours", "tiled", "single", "qokit", "aer", "aer_diagonal")}
    for _ in range(rounds):
        stored, tiled, single = (worker.ask(f"evolve {LAYERS} {kind}") for kind in ("stored f64", "tiled f64", "tiled f32"))
        qokit_s, state = seconds(run_qokit)
        agree(n, stored["expectation"], qokit.get_expectation(state) + offset, "QOKit")
        for key, value in zip(found, (stored["evolve_s"], tiled["evolve_s"], single["evolve_s"], qokit_s)):
            found[key].append(value)
        found["aer"].append(seconds(lambda: aer.run(aer.whole))[0])
        found["aer_diagonal"].append(seconds(lambda: aer.run(aer.diagonal))[0])
    agree(n, stored["expectation"], aer.mean(costs) + offset, "Aer")
    medians = {f"{key}_s": statistics.median(values) for key, values in found.items()}
    return {"n": n, **medians, "diagonal_s": stored["diagonal_s"], "qokit_diagonal_s": qokit_diagonal_s}


def verdict(met):
    return "PASS" if met else "FAIL"


def main():
    rounds, work = int(sys.argv[1]), pathlib.Path(sys.argv[2])

    def worker(n):
        path = work / f"{n}.csv"
        np.savetxt(path, portfolio(n), delimiter=",", fmt="%.17g")
        return Worker(path)

    met, figures = [], []
    for n in (16, 20, 22):
        ours = worker(n)
        line = against_peers(n, rounds, ours, np.loadtxt(work / f"{n}.csv", delimiter=","))
        ours.close()
        to_qokit, to_aer = line["qokit_s"] / line["ours_s"], line["aer_s"] / line["ours_s"]
        met += [to_qokit >= QOKIT_BOUND, to_aer >= AER_BOUND]
        figures.append({**line, "to_qokit": to_qokit, "to_aer": to_aer})
        print(
            f"n = {n}: ours {line['ours_s']:.3g} s (costs per tile {line['tiled_s']:.3g}, in f32 {line['single_s']:.3g});"
            f" QOKit {line['qokit_s']:.3g} s, ratio {to_qokit:.1f}, bound {QOKIT_BOUND:g}: {verdict(met[-2])};"
            f" Aer {line['aer_s']:.3g} s, ratio {to_aer:.1f}, bound {AER_BOUND:g}: {verdict(met[-1])},"
            f" share of its diagonal {line['aer_diagonal_s'] / line['aer_s']:.0%};"
            f" diagonal {line['diagonal_s']:.3g} s, QOKit's {line['qokit_diagonal_s']:.3g} s"
        )

    ours = worker(24)
    fractions = []
    for _ in range(rounds):
        rates = ours.ask("bandwidth 24")
        spent = ours.ask(f"evolve {LAYERS} tiled f64")["evolve_s"]
        moved = (LAYERS + 1) * 2 * 16 * 2**24
        fractions.append(moved / spent / max(rates["copy"], rates["triad"]))
    ours.close()
    fraction = statistics.median(fractions)
    met.append(fraction >= BANDWIDTH_BOUND)
    print(
        f"n = 24: a sweep moves {fraction:.0%} of the memory's bandwidth ({max(rates.values()) / 1e9:.1f} GB/s),"
        f" bound {BANDWIDTH_BOUND:.0%}: {verdict(met[-1])}"
    )

    ours = worker(26)
    spent = ours.ask("evolve 1 tiled f64")["evolve_s"]
    peak = ours.ask("peak")["peak_bytes"]
    ours.close()
    met.append(peak <= MEMORY_BOUND)
    print(f"n = 26: {peak / 1e9:.3f} GB resident at most, bound {MEMORY_BOUND / 1e9:g}: {verdict(met[-1])}; a layer {spent:.3g} s")
    print(json.dumps({"peers": figures, "bandwidth": fraction, "peak_bytes": peak}))
    if not all(met) and os.environ.get("ENERGYOPTI_BENCH_STRICT"):
        raise SystemExit(1)


main()

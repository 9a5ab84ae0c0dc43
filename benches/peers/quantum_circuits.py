"""Random brickwork circuits on three simulators in turns; see quantum_circuits.sh.

    quantum_circuits.py ROUNDS QUBITS DEPTH
"""

import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np
from qiskit import QuantumCircuit, transpile
from qiskit.circuit.library import UnitaryGate
from qiskit_aer import AerSimulator
from qulacs import QuantumCircuit as QulacsCircuit
from qulacs import QuantumState, gate
from qulacs.circuit import QuantumCircuitOptimizer

AER, QULACS = 6.0, 4.0
AGREE = 1e-10
# Largest gates that the optimiser of Qulacs merges into; 0 leaves the circuit as it is.
BLOCKS = (0, 1, 2, 3)
WORKER = ["cargo", "bench", "--quiet", "-p", "energyopti-quantum", "--bench", "circuits"]


def unitary(rng):
    """A random 4 by 4 unitary (Haar): Q of a Gaussian matrix with the phases of R taken out."""
    q, r = np.linalg.qr(rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4)))
    return q * (np.diag(r) / abs(np.diag(r)))


def layer(kind, rng, qubits):
    """Gates on single qubits of one layer."""
    turn = lambda name, q: (name, q, rng.uniform(-np.pi, np.pi))
    if kind == "u3_cz":
        return [("u3", q, *rng.uniform(-np.pi, np.pi, 3)) for q in range(qubits)]
    if kind == "rotation_cx":
        return [turn(rng.choice(["rx", "ry", "rz"]), q) for q in range(qubits)]
    if kind == "rotations_cx":
        return [turn(name, q) for q in range(qubits) for name in ("rx", "ry", "rz")]
    return []


def brickwork(kind, seed, qubits, depth):
    """Gates as tuples: name, qubits, numbers."""
    rng = np.random.default_rng(seed)
    gates = []
    for level in range(depth):
        gates += layer(kind, rng, qubits)
        for a in range(level % 2, qubits - 1, 2):
            if kind == "su4":
                gates.append(("su4", a, a + 1, unitary(rng)))
            else:
                gates.append((kind[-2:], a, a + 1))
    return gates


def lines(gates, qubits):
    """The text that the worker reads."""
    yield f"circuit {qubits}"
    for name, *rest in gates:
        if name == "su4":
            rest[2:] = [part for value in rest[2].flat for part in (value.real, value.imag)]
        yield " ".join([name, *map(str, rest)])


def to_aer(gates, qubits):
    circuit = QuantumCircuit(qubits)
    for name, *rest in gates:
        if name == "u3":
            circuit.u(*rest[1:], rest[0])
        elif name == "su4":
            circuit.append(UnitaryGate(rest[2]), rest[:2])
        elif name in ("cx", "cz"):
            getattr(circuit, name)(*rest)
        else:
            getattr(circuit, name)(rest[1], rest[0])
    return circuit


def to_qulacs(gates, qubits, block):
    circuit = QulacsCircuit(qubits)
    # Its rotations turn the other way.
    add = {
        "u3": circuit.add_U3_gate,
        "rx": lambda q, angle: circuit.add_RX_gate(q, -angle),
        "ry": lambda q, angle: circuit.add_RY_gate(q, -angle),
        "rz": lambda q, angle: circuit.add_RZ_gate(q, -angle),
        "cx": circuit.add_CNOT_gate,
        "cz": circuit.add_CZ_gate,
        "su4": lambda a, b, matrix: circuit.add_gate(gate.DenseMatrix([a, b], matrix)),
    }
    for name, *rest in gates:
        add[name](*rest)
    if block:
        QuantumCircuitOptimizer().optimize(circuit, block)
    return circuit


def seconds(call):
    start = time.process_time()
    call()
    return time.process_time() - start


def agree(kind, ours, *others):
    for name, amplitudes in others:
        far = max(abs(complex(re, im) - theirs) for (_, re, im), theirs in zip(ours["amplitudes"], amplitudes))
        if far > AGREE:
            raise SystemExit(f"{kind}: amplitudes differ from {name}'s by {far:.1e}, nothing is compared")


def compare(kind, rounds, qubits, depth, ask):
    """Medians of CPU seconds of one kind of circuit."""
    gates = brickwork(kind, 1, qubits, depth)
    for line in lines(gates, qubits):
        ask(line)
    simulator = AerSimulator(method="statevector", precision="double", max_parallel_threads=1)
    aer = to_aer(gates, qubits)
    # Without a question a circuit is not run at all; this is the cheapest.
    first = ask("run")
    shown = [at for at, _, _ in first["amplitudes"]]
    aer.save_amplitudes(shown)
    aer = transpile(aer, simulator, optimization_level=0)
    qulacs = {block: to_qulacs(gates, qubits, block) for block in BLOCKS}
    state = QuantumState(qubits)
    qulacs[BLOCKS[0]].update_quantum_state(state)
    aer_amplitudes = simulator.run(aer, shots=1).result().data()["amplitudes"]
    vector = state.get_vector()
    agree(kind, first, ("Aer", aer_amplitudes), ("Qulacs", [vector[at] for at in shown]))

    times = {"ours": [], "ours_with_state": [], "aer": [], **{block: [] for block in BLOCKS}}
    for _ in range(rounds):
        mine = ask("run")
        times["ours"].append(mine["compile_s"] + mine["run_s"])
        times["ours_with_state"].append(times["ours"][-1] + mine["state_s"])
        times["aer"].append(seconds(lambda: simulator.run(aer, shots=1).result()))
        for block in BLOCKS:
            state.set_zero_state()
            times[block].append(seconds(lambda: qulacs[block].update_quantum_state(state)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    block = min(BLOCKS, key=medians.get)
    return {
        "circuit": kind, "sweeps": mine["sweeps"], "compile_s": mine["compile_s"], "ours_s": medians["ours"],
        "aer_s": medians["aer"], "aer_ratio": round(medians["aer"] / medians["ours_with_state"], 2),
        "qulacs_s": medians[block], "qulacs_block": block, "qulacs_ratio": round(medians[block] / medians["ours"], 2),
    }


def main():
    rounds, qubits, depth = map(int, sys.argv[1:])
    worker = subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(line):
        print(line, file=worker.stdin, flush=True)
        return json.loads(worker.stdout.readline()) if line == "run" else None

    verdict = lambda ratio, bound: f"{ratio:5.2f} times, bound {bound:g}: {'PASS' if ratio >= bound else 'FAIL'}"
    figures = []
    for kind in ("u3_cz", "rotation_cx", "rotations_cx", "su4"):
        row = compare(kind, rounds, qubits, depth, ask)
        figures.append(row)
        print(f"{kind}, {qubits} qubits, depth {depth}: {row['ours_s'] * 1e3:.1f} ms in {row['sweeps']} sweeps")
        print(f"  Aer    {row['aer_s'] * 1e3:7.1f} ms: {verdict(row['aer_ratio'], AER)}")
        best = f" (block size {row['qulacs_block']})"
        print(f"  Qulacs {row['qulacs_s'] * 1e3:7.1f} ms: {verdict(row['qulacs_ratio'], QULACS)}{best}", flush=True)
    worker.stdin.close()
    met = all(row["aer_ratio"] >= AER and row["qulacs_ratio"] >= QULACS for row in figures)
    print(json.dumps({"met": met, "rounds": rounds, "figures": figures}))
    sys.exit("ENERGYOPTI_BENCH_STRICT" in os.environ and not met)


main()

"""CPU time of lightsim2grid on one MATPOWER case: one line of JSON, seconds per solved state.

cold_s is a power flow that orders and analyses its matrix, single_s one that keeps them (nothing of
the grid changed); batch_s and dc_batch_s are per state of a batch of 256. Of the peer's solvers and
batch classes the fastest counts. The second argument names a file of voltages of the other side
(state, bus, vm, va), which are compared first; the grid is built before anything is timed.
"""

import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")

from lightsim2grid.lightsim2grid_cpp import InjectionSweepCPP  # noqa: E402
from lightsim2grid.network import init_from_matpower  # noqa: E402
from lightsim2grid.timeSerie import AlgorithmType, TimeSeriesCPP  # noqa: E402

STATES, ROUNDS, LEAST_S = 256, 5, 0.1
MOST_ITERATIONS, TOLERANCE_PU = 30, 1e-8


def seconds(call):
    """Median CPU seconds of one call."""

    def timed(calls):
        start = time.process_time()
        for _ in range(calls):
            call()
        return time.process_time() - start

    calls = 1
    while timed(calls) < LEAST_S:
        calls *= 2
    return float(np.median([timed(calls) / calls for _ in range(ROUNDS)]))


def scenarios(grid):
    """Injections of the batch: the other side has the same formula."""
    loads = grid.get_loads()
    bus = np.array([load.bus_id for load in loads])
    factor = 1 + 0.1 * np.sin(1.7 * np.arange(STATES)[:, None] + 0.9 * bus[None, :])
    p = np.ascontiguousarray(np.array([load.target_p_mw for load in loads]) * factor)
    q = np.ascontiguousarray(np.array([load.target_q_mvar for load in loads]) * factor)
    generation = np.array([generator.target_p_mw for generator in grid.get_generators()])
    return np.ascontiguousarray(np.tile(generation, (STATES, 1))), np.zeros((STATES, 0)), p, q


def batch(grid, kind, algorithm, inputs, start, flows):
    """A call that solves the batch."""
    computer = kind(grid)
    computer.change_algorithm(algorithm)

    def run():
        if computer.compute_Vs(*inputs, start, MOST_ITERATIONS, TOLERANCE_PU) != 1:
            raise SystemExit("the peer did not solve its batch")
        if flows:
            computer.compute_power_flows()

    run()
    return computer, run


def difference(path, single, states):
    """Largest difference of complex voltages to those in a file, up to a common angle per state."""
    theirs = {-1: single, STATES - 1: states[STATES - 1]}
    ours = {state: np.array(value, dtype=complex) for state, value in theirs.items()}
    for state, bus, vm, va in np.loadtxt(path, delimiter=","):
        ours[int(state)][int(bus)] = vm * np.exp(1j * va)
    worst = 0.0
    for state, value in theirs.items():
        turn = ours[state][0] / value[0]
        worst = max(worst, float(np.abs(ours[state] - value * turn / abs(turn)).max()))
    return worst


def main():
    grid = init_from_matpower(sys.argv[1])
    flat = np.ones(grid.total_bus(), dtype=complex)
    inputs = scenarios(grid)
    cold, warm, batches = [], [], []
    for algorithm in (AlgorithmType.NRSing_KLU, AlgorithmType.NR_KLU):
        grid.change_algorithm(algorithm)
        single = grid.ac_pf(flat, MOST_ITERATIONS, TOLERANCE_PU)
        if len(single) == 0:
            raise SystemExit("the peer did not solve the case")
        iterations = grid.get_algo().get_nb_iter()
        warm.append(seconds(lambda: grid.ac_pf(flat, MOST_ITERATIONS, TOLERANCE_PU)))

        def from_nothing():
            grid.tell_solver_need_reset()
            grid.ac_pf(flat, MOST_ITERATIONS, TOLERANCE_PU)

        cold.append(seconds(from_nothing))
    flat_batches = []
    for kind in (TimeSeriesCPP, InjectionSweepCPP):
        computer, run = batch(grid, kind, AlgorithmType.NRSing_KLU, inputs, single, False)
        batches.append(seconds(run) / STATES)
        voltages = np.array(computer.get_voltages())
        flat_run = batch(grid, kind, AlgorithmType.NRSing_KLU, inputs, flat, False)[1]
        flat_batches.append(seconds(flat_run) / STATES)
    linear = [
        seconds(batch(grid, kind, AlgorithmType.DC_KLU, inputs, flat, True)[1]) / STATES
        for kind in (TimeSeriesCPP, InjectionSweepCPP)
    ]
    figures = {
        "buses": len(flat),
        "iterations": iterations,
        "difference_pu": difference(sys.argv[2], single, voltages) if len(sys.argv) > 2 else None,
        "cold_s": min(cold),
        "single_s": min(warm),
        "flat_batch_s": min(flat_batches),
        "batch_s": min(batches),
        "dc_batch_s": min(linear),
    }
    print(json.dumps(figures))


main()

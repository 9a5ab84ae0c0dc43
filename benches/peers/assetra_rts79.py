"""Replica-years per CPU-second of assetra on the IEEE RTS-79, generating units only.

Peer of `energyopti run scenarios/rts79.toml`: the same 32 units, the same 8736 h of load, loss-of-load hours as
the answer. Not the same model: assetra draws the outage of every unit and hour independently (forced outage rate
alone, no MTTF or MTTR), so LOLE and EUE are comparable and frequency or duration of events is not.

Data: IEEE Committee Report, "IEEE Reliability Test System", IEEE Trans. PAS-98(6), 1979. Typed here, no file is read.

What is timed: CPU time of this process (all threads) over `ProbabilisticSimulation.run` and the evaluation of
loss-of-load hours, for that many replica-years in simulations of `--trial-size` trials each (its documented way;
random numbers come from numpy, whole matrices at a time). Not timed: imports, model building, one short warm-up.
The default trial size is the one found fastest: 1 gives half its rate, 100 and more three quarters or less.

Prints one line of JSON.
"""

import argparse
import json
import logging
import math
import time
import warnings
from datetime import datetime, timedelta
from importlib.metadata import version

import numpy as np
import xarray as xr
from assetra.metrics import ExpectedUnservedEnergy, LossOfLoadHours
from assetra.simulation import ProbabilisticSimulation
from assetra.system import EnergySystemBuilder
from assetra.units import DemandUnit, StochasticUnit

# count, MW, forced outage rate = MTTR / (MTTF + MTTR)
UNITS = [
    (5, 12, 0.02),
    (4, 20, 0.10),
    (6, 50, 0.01),
    (4, 76, 0.02),
    (3, 100, 0.04),
    (4, 155, 0.04),
    (3, 197, 0.05),
    (1, 350, 0.08),
    (2, 400, 0.12),
]
PEAK_MW = 2850
# weekly peak in per mille of the annual one
WEEKS = [
    862, 900, 878, 834, 880, 841, 832, 806, 740, 737, 715, 727, 704, 750, 721, 800, 754, 837, 870, 880, 856, 811, 900,
    887, 896, 861, 755, 816, 801, 880, 722, 776, 800, 729, 726, 705, 780, 695, 724, 724, 743, 744, 800, 881, 885, 909,
    940, 890, 942, 970, 1000, 952,
]  # fmt: skip
# daily peak in per cent of the weekly one, Monday first
DAYS = [93, 100, 98, 96, 94, 77, 75]
# hourly load in per cent of the daily peak: (weekday, weekend) by season
WINTER = (
    [67, 63, 60, 59, 59, 60, 74, 86, 95, 96, 96, 95, 95, 95, 93, 94, 99, 100, 100, 96, 91, 83, 73, 63],
    [78, 72, 68, 66, 64, 65, 66, 70, 80, 88, 90, 91, 90, 88, 87, 87, 91, 100, 99, 97, 94, 92, 87, 81],
)
SUMMER = (
    [64, 60, 58, 56, 56, 58, 64, 76, 87, 95, 99, 100, 99, 100, 100, 97, 96, 96, 93, 92, 92, 93, 87, 72],
    [74, 70, 66, 65, 64, 62, 62, 66, 81, 86, 91, 93, 93, 92, 91, 91, 92, 94, 95, 95, 100, 93, 88, 80],
)
SPRING_FALL = (
    [63, 62, 60, 58, 59, 65, 72, 85, 95, 99, 100, 99, 93, 92, 90, 88, 90, 92, 96, 98, 96, 90, 80, 70],
    [75, 73, 69, 66, 65, 65, 68, 74, 83, 89, 92, 94, 91, 90, 90, 86, 85, 88, 92, 100, 97, 95, 90, 85],
)
HOURS = 52 * 7 * 24
START = datetime(2018, 1, 1)  # any Monday
END = START + timedelta(hours=HOURS - 1)


def load_mw():
    """The load of each hour in MW; one rounding, so that a load equal to a reachable capacity is equal."""
    load = []
    for hour in range(HOURS):
        week, day = hour // 168 + 1, hour // 24 % 7
        season = WINTER if week <= 8 or week >= 44 else SUMMER if 18 <= week <= 30 else SPRING_FALL
        load.append(PEAK_MW * WEEKS[week - 1] * DAYS[day] * season[day >= 5][hour % 24] / 1e7)
    return np.array(load)


def build():
    """The energy system: one demand unit and 32 stochastic units."""
    time_stamps = xr.date_range(START, END, freq="h", inclusive="both")

    def course(values):
        return xr.DataArray(np.asarray(values, dtype=float), coords={"time": time_stamps}, dims=["time"])

    builder = EnergySystemBuilder()
    builder.add_unit(DemandUnit(id=0, hourly_demand=course(load_mw())))
    number = 1
    for count, mw, outage_rate in UNITS:
        for _ in range(count):
            builder.add_unit(
                StochasticUnit(
                    id=number,
                    nameplate_capacity=mw,
                    hourly_capacity=course(np.full(HOURS, mw)),
                    hourly_forced_outage_rate=course(np.full(HOURS, outage_rate)),
                )
            )
            number += 1
    return builder.build()


def simulate(system, trials):
    """One simulation of `trials` replica-years, run but not evaluated."""
    simulation = ProbabilisticSimulation(START, END, trials)
    simulation.assign_energy_system(system)
    simulation.run()
    return simulation


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("years", type=int, nargs="?", default=4000, help="replica-years (default %(default)s)")
    parser.add_argument("--trial-size", type=int, default=12, help="trials per simulation (default %(default)s)")
    parser.add_argument("--seed", type=int, default=79, help="of numpy's global generator (default %(default)s)")
    arguments = parser.parse_args()
    if arguments.years < 1 or arguments.trial_size < 1:
        parser.error("years and --trial-size must be at least 1")
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    np.random.seed(arguments.seed)

    system = build()
    LossOfLoadHours(simulate(system, 1)).evaluate()
    batches = math.ceil(arguments.years / arguments.trial_size)
    lole_h = cpu_s = eue_mwh = 0.0
    for _ in range(batches):
        begin = time.process_time()
        simulation = simulate(system, arguments.trial_size)
        lole_h += LossOfLoadHours(simulation).evaluate() / batches
        cpu_s += time.process_time() - begin
        eue_mwh += ExpectedUnservedEnergy(simulation).evaluate() / batches
    years = batches * arguments.trial_size
    result = {
        "peer": "assetra",
        "version": version("assetra"),
        "replica_years": years,
        "cpu_s": round(cpu_s, 3),
        "replica_years_per_cpu_s": round(years / cpu_s, 2),
        "lole_h": round(lole_h, 4),
        "eue_mwh": round(eue_mwh, 2),
        "trial_size": arguments.trial_size,
        "numpy": np.__version__,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""PyPSA with HiGHS on the problems of sim/grid/benches/opf.rs: one hour and 168 hours of case118, and
8760 hours of three nodes with two stores. Timed is `n.optimize(solver_name="highs")` on a network
that is already built: CPU time of this process, all its threads and its children. Prints JSON.

    pypsa.py CASE118.m [1h|168h|8760h ...]
"""

import json
import logging
import os
import re
import sys
import warnings

import numpy as np
import pypsa

logging.disable(logging.CRITICAL)
warnings.filterwarnings("ignore")


def load_part(h, k):
    """Part of a load that is there in hour h at place k."""
    day = abs((h + k) % 24 - 12.0) / 12.0
    noise = ((h * 7919 + k * 104729) % 1000) / 1000.0
    return 0.7 + 0.2 * day + 0.1 * noise


def wind_part(h):
    """Part of the wind that blows in hour h."""
    week = abs(h % 168 - 84.0) / 84.0
    noise = (h * 6151 % 1000) / 1000.0
    return 0.6 * week + 0.4 * noise


def table(text, field):
    """Rows of numbers of a MATPOWER matrix."""
    body = re.search(r"mpc\." + field + r"\s*=\s*\[(.*?)\];", text, re.S).group(1)
    rows = (row.split("%")[0].split() for row in re.split(r"[;\n]", body))
    return [[float(cell) for cell in row] for row in rows if row]


def case118(path, hours):
    """The case with reactances as they are: taps, shifts and angle limits left out (none binds)."""
    text = open(path).read()
    network = pypsa.Network()
    network.set_snapshots(range(hours))
    for k, row in enumerate(table(text, "bus")):
        bus = str(int(row[0]))
        network.add("Bus", bus, v_nom=1.0)
        load = [row[2] * (1.0 if hours == 1 else load_part(h, k)) + row[4] for h in range(hours)]
        network.add("Load", bus, bus=bus, p_set=load)
    for i, (row, cost) in enumerate(zip(table(text, "gen"), table(text, "gencost"))):
        if row[7] > 0 and row[8] > 0:
            part = row[9] / row[8]
            network.add("Generator", str(i), bus=str(int(row[0])), p_nom=row[8], p_min_pu=part, marginal_cost=cost[5])
    for i, row in enumerate(table(text, "branch")):
        if row[10] > 0:
            ends = {"bus0": str(int(row[0])), "bus1": str(int(row[1]))}
            network.add("Line", str(i), x=row[3], r=row[2], s_nom=row[5], **ends)
    return network


def three_nodes(hours):
    """Three nodes, four generators, two stores."""
    network = pypsa.Network()
    network.set_snapshots(range(hours))
    for k, bus in enumerate("ABC"):
        network.add("Bus", bus, v_nom=1.0)
        network.add("Load", bus, bus=bus, p_set=[80.0 * load_part(h, k) for h in range(hours)])
    for a, b in ("AB", "AC", "BC"):
        network.add("Line", a + b, bus0=a, bus1=b, x=0.1, s_nom=60.0)
    for name, bus, most, cost in (("coal", "A", 150, 30), ("gas", "B", 100, 70), ("peak", "C", 200, 150)):
        network.add("Generator", name, bus=bus, p_nom=most, marginal_cost=cost)
    wind = [wind_part(h) for h in range(hours)]
    network.add("Generator", "wind", bus="B", p_nom=120.0, marginal_cost=0.0, p_max_pu=wind)
    for name, bus, power, h, efficiency, loss in (("s1", "C", 30, 4, 0.95, 0.001), ("s2", "B", 20, 8, 0.9, 0.0)):
        both = {"efficiency_store": efficiency, "efficiency_dispatch": efficiency, "standing_loss": loss}
        network.add("StorageUnit", name, bus=bus, p_nom=power, max_hours=h, cyclic_state_of_charge=True, **both)
    return network


def cpu_s():
    """CPU seconds of this process and of its children so far."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main():
    path, wanted = sys.argv[1], sys.argv[2:] or ["1h", "168h", "8760h"]
    made = {
        "1h": ("case118_1h", lambda: case118(path, 1)),
        "168h": ("case118_168h", lambda: case118(path, 168)),
        "8760h": ("nodes_8760h", lambda: three_nodes(8760)),
    }
    # The first call imports what later ones find loaded; it is not timed.
    case118(path, 1).optimize(solver_name="highs", log_to_console=False)
    told = {}
    for name, make in (made[key] for key in wanted):
        network = make()
        start = cpu_s()
        network.optimize(solver_name="highs", log_to_console=False)
        told[name + "_cpu_s"] = cpu_s() - start
        told[name + "_cost"] = float(network.objective)
    print(json.dumps(told))


main()

"""The systems of benches/networks/run.sh, made from the scenario library and from published data.

`rts96`: the IEEE RTS-96, three copies of the RTS-79 network with the five lines and the one bus between
them (Reliability Test System Task Force, "The IEEE Reliability Test System - 1996", IEEE Trans. Power
Systems 14(3), 1999, tables 11 and 12). `case118`: an imported case whose constant loads follow the
RTS-79 course and whose units and lines fail at rates assumed here.
"""

import sys
import tomllib

TIES = [  # name, from, to, x in pu, MVA, outages a year, hours
    ("AB1", "A07", "B03", 0.161, 175, 0.44, 10),
    ("AB2", "A13", "B15", 0.075, 500, 0.47, 11),
    ("AB3", "A23", "B17", 0.074, 500, 0.46, 11),
    ("CA1", "C25", "A21", 0.097, 500, 0.52, 11),
    ("CB1", "C18", "B23", 0.104, 500, 0.53, 11),
    ("C35", "C23", "C25", 0.009, 722, 0.02, 768),
]


def value(x):
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, str):
        return '"' + x + '"'
    if isinstance(x, dict):
        return "{ " + ", ".join(f"{k} = {value(v)}" for k, v in x.items()) + " }"
    return repr(x)


def table(name, entries):
    return f"[[{name}]]\n" + "".join(f"{k} = {value(v)}\n" for k, v in entries.items()) + "\n"


def head(name, system):
    scenario = system["scenario"] | {"name": name}
    text = "format = 1\n\n[scenario]\n" + "".join(f"{k} = {value(v)}\n" for k, v in scenario.items())
    return text + '\n[monte_carlo]\nreplicas = 1000\nseed = 24\n\n[grid]\nmodel = "transport"\n\n'


def rts96(system):
    text = head("IEEE RTS-96", system)
    for area in "ABC":
        for kind in ["bus", "thermal", "load", "line"]:
            for entry in system[kind]:
                entry = dict(entry)
                for key in ["bus", "bus0", "bus1"]:
                    if key in entry:
                        entry[key] = area + entry[key][1:]
                entry["name"] = area + entry["name"][1:]
                text += table(kind, entry)
    text += table("bus", {"name": "C25"})
    for name, bus0, bus1, x, limit, rate, hours in TIES:
        outage = {"mttf_h": round(8760 / rate, 1), "mttr_h": hours}
        text += table("line", {"name": name, "bus0": bus0, "bus1": bus1, "s_nom_mva": limit, "x_pu": x, "outage": outage})
    return text


def case118(system, case):
    text = head("118 buses", system)
    text += "".join(table("bus", bus) for bus in case["bus"])
    for unit in case["thermal"]:
        text += table("thermal", unit | {"outage": {"mttf_h": 1100, "mttr_h": 50}})
    for load in case["load"]:
        peak = load.pop("p_mw")
        load |= {"peak_mw": peak, "profile": {"file": "ieee24_load.csv", "column": "load_pu", "unit": "pu"}}
        load["voll_usd_per_mwh"] = 10_000
        text += table("load", load)
    for line in case["line"]:
        text += table("line", line | {"outage": {"mttf_h": 21900, "mttr_h": 11}})
    return text


def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


if __name__ == "__main__":
    system = read(sys.argv[2])
    print(rts96(system) if sys.argv[1] == "rts96" else case118(system, read(sys.argv[3])), end="")

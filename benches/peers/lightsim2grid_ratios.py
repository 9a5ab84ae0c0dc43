"""Medians and ratios of lightsim2grid.sh's rounds: a table, and JSON as the last line."""

import json
import os
import statistics
import sys

BOUNDS = {"cold_s": None, "single_s": 1.5, "flat_batch_s": None, "batch_s": 4.0, "dc_batch_s": 6.0}
AGREE_PU = 1e-7


def main():
    rounds = {}
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            rounds.setdefault(line["case"], []).append(line)
    figures, met = [], True
    for case, lines in rounds.items():
        difference = max(line["theirs"]["difference_pu"] for line in lines)
        if difference > AGREE_PU:
            raise SystemExit(f"{case}: voltages differ by {difference:.1e} pu, nothing is compared")
        print(f"{case}: voltages agree to {difference:.0e} pu")
        for key, bound in BOUNDS.items():
            ours, theirs = (statistics.median(line[side][key] for line in lines) for side in ("ours", "theirs"))
            ratio = theirs / ours
            kept = bound is None or ratio >= bound
            met &= kept
            verdict = "" if bound is None else f", bound {bound:g}: {'PASS' if kept else 'MISS'}"
            print(f"  {key[:-2]:<10} {ours * 1e6:9.2f} us, lightsim2grid {theirs * 1e6:9.2f} us: {ratio:5.2f} times{verdict}")
            figures.append({"case": case, "what": key[:-2], "ours_s": ours, "theirs_s": theirs, "ratio": round(ratio, 2)})
    print(json.dumps({"met": met, "figures": figures}))
    sys.exit("ENERGYOPTI_BENCH_STRICT" in os.environ and not met)


main()

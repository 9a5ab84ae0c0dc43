#!/usr/bin/env bash
# Adequacy within the simulation: replica-years (of 8736 h) per CPU-second with failing lines, and how that
# falls as buses are added: 24 (scenarios/ieee24_adequacy.toml), 73 (three such areas, RTS-96), 118.
#
# `networks/run.sh [CASE118.m]`: without the case file the last system is left out, and that is said. One thread,
# CPU time of the command itself; ENERGYOPTI_BENCH_REPLICAS futures (1000). The last line is JSON.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v python3 >/dev/null || { echo "python3 is not here: networks not measured" >&2; exit 0; }
cargo build --quiet --release
program=$PWD/target/release/energyopti
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp scenarios/ieee24_adequacy.toml scenarios/ieee24_load.csv "$folder"
python3 benches/networks/systems.py rts96 scenarios/ieee24_adequacy.toml >"$folder/rts96.toml"
systems=("24 ieee24_adequacy" "73 rts96")
if [ -n "${1:-}" ] && [ -r "$1" ]; then
  "$program" import "$1" -o "$folder/imported.toml" >/dev/null 2>&1
  python3 benches/networks/systems.py case118 scenarios/ieee24_adequacy.toml "$folder/imported.toml" >"$folder/case118.toml"
  systems+=("118 case118")
else
  echo "no case file of 118 buses given: 24 and 73 buses alone" >&2
fi
replicas=${ENERGYOPTI_BENCH_REPLICAS:-1000}
cd "$folder"
TIMEFORMAT='%U'
json=""
for system in "${systems[@]}"; do
  read -r buses name <<<"$system"
  for model in copper_plate transport dcp; do
    seconds=$({ time "$program" run "$name.toml" --threads 1 --fresh --replicas "$replicas" \
      --set grid.model=$model --format json >"$name.$model.json"; } 2>&1)
    line=$(python3 - "$name.$model.json" "$buses" "$model" "$replicas" "$seconds" <<'PY'
import json, sys
path, buses, model, replicas, seconds = sys.argv[1:]
metrics = json.load(open(path))["metrics"]
lole = metrics["lole_h"]
rate = int(replicas) / float(seconds)
print(f"{buses:>4} buses, {model:<12} {rate:9.0f} replica-years per CPU-second, LOLE {lole['value']:.3f} h +- {lole['standard_error']:.3f}",
      file=sys.stderr)
print(json.dumps({"buses": int(buses), "model": model, "replica_years_per_cpu_s": round(rate, 1), "lole_h": lole["value"]}))
PY
)
    json="$json${json:+, }$line"
  done
done
echo "[$json]"

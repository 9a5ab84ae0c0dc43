#!/usr/bin/env bash
# Replica-years per CPU-second on the IEEE RTS-79, units only: ours against the Python peer assetra,
# in turns in one run; medians and their ratio, which is to be at least 100. Ours keeps its ledger
# and all its default outputs; assetra runs at its best trial size. Each times its own simulation
# (CPU time, all threads) after a warm-up, without start-up, imports or model building.
#
#   benches/peers/compare.sh             5 rounds, about a minute
#   benches/peers/compare.sh 3           3 rounds
#
# Not the same model: assetra draws the outage of every unit and hour independently, with no memory
# of what failed and no repair time, which is less work than a sequential simulation's; its LOLE and
# EUE are comparable, frequency and duration of events are not. Needs Python, see assetra.sh.
# ENERGYOPTI_BENCH_STRICT makes a missed bound an error. The last line is JSON.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
case $rounds in '' | *[!0-9]* | 0) echo "usage: compare.sh [ROUNDS]" >&2; exit 2 ;; esac

ours() { cargo bench --quiet --workspace --bench lanes -- --json 20000; }
theirs() { benches/peers/assetra.sh 1008; }
figure() { sed -n 's/.*"'"$1"'": *\([0-9.]*\).*/\1/p'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Builds the one and installs the other, and shows that both can run before anything is compared.
ours >/dev/null
theirs >/dev/null
a=() b=()
for round in $(seq "$rounds"); do
  here=$(ours) there=$(theirs)
  a+=("$(figure replica_years_per_cpu_s <<<"$here")")
  b+=("$(figure replica_years_per_cpu_s <<<"$there")")
  printf 'round %s: energyopti %s, assetra %s replica-years per CPU-second; LOLE %s and %s h\n' "$round" \
    "${a[-1]}" "${b[-1]}" "$(figure lole_h <<<"$here")" "$(figure lole_h <<<"$there")"
done
ours=$(printf '%s\n' "${a[@]}" | median)
peer=$(printf '%s\n' "${b[@]}" | median)
awk -v a="$ours" -v b="$peer" -v n="$rounds" -v strict="${ENERGYOPTI_BENCH_STRICT+1}" 'BEGIN {
  met = a / b >= 100
  printf "energyopti %.0f, assetra %.1f: %.0f times as many, bound 100: %s\n", a, b, a / b, met ? "PASS" : "MISS"
  printf "{\"ours\": %.0f, \"assetra\": %.1f, \"ratio\": %.1f, \"bound\": 100, \"rounds\": %d, \"met\": %s}\n",
    a, b, a / b, n, met ? "true" : "false"
  exit strict && !met
}'

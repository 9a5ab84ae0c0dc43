#!/usr/bin/env bash
# Replica-years per CPU-second on RTS-79, units only: ours (ledger and default outputs on, one
# thread) against the peer assetra at its best trial size, interleaved in one run. Medians and
# their ratio; the bound is 100. assetra draws each hour's outages independently; ours have memory.
#
#   benches/peers/compare.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}

ours() { cargo bench --quiet --bench lanes -- --json 20000 2>/dev/null; }
theirs() { benches/peers/assetra.sh 1008; }
rate() { sed 's/.*"replica_years_per_cpu_s": *\([0-9.]*\).*/\1/'; }
median() { sort -n | awk '{v[NR]=$1} END{print v[int((NR+1)/2)]}'; }

ours >/dev/null
theirs >/dev/null
for _ in $(seq "$rounds"); do
  ours | rate >&3
  theirs | rate >&4
done 3>"${TMPDIR:-/tmp}/ours.$$" 4>"${TMPDIR:-/tmp}/theirs.$$"
a=$(median <"${TMPDIR:-/tmp}/ours.$$")
b=$(median <"${TMPDIR:-/tmp}/theirs.$$")
rm -f "${TMPDIR:-/tmp}/ours.$$" "${TMPDIR:-/tmp}/theirs.$$"
awk -v a="$a" -v b="$b" 'BEGIN {
  printf "{\"ours\": %.0f, \"assetra\": %.1f, \"ratio\": %.0f, \"bound\": 100, \"met\": %s}\n", a, b, a / b, (a / b >= 100 ? "true" : "false")
}'

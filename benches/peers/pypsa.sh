#!/usr/bin/env bash
# CPU time of DC optimal power flow, ours against PyPSA with HiGHS, in turns in one run; medians and
# their ratios, with the bounds 100 (case118, one hour), 10 (case118, 168 hours) and 5 (three nodes
# with two stores, 8760 hours). Both must find the same cost, or nothing is compared.
#
#   benches/peers/pypsa.sh CASE118.m             3 rounds, about a minute
#   benches/peers/pypsa.sh CASE118.m 5           5 rounds
#
# CASE118.m is PGLib's pglib_opf_case118_ieee.m. Timed is, for PyPSA, `n.optimize(solver_name="highs")`
# on a network already built, with all its threads and children, after a first untimed call that
# loads what it needs; for ours, everything from the parsed network to told prices. Branches carry
# power by 1/x in both. Needs python3 with venv; installs PyPSA and highspy into target/pypsa-venv at
# the first run. ENERGYOPTI_BENCH_STRICT makes a missed bound an error. The last line is JSON.
set -euo pipefail
case=${1:?usage: pypsa.sh CASE118.m [ROUNDS]}
case=$(cd "$(dirname "$case")" && pwd)/$(basename "$case")
cd "$(dirname "$0")/../.."
rounds=${2:-3}
case $rounds in '' | *[!0-9]* | 0) echo "usage: pypsa.sh CASE118.m [ROUNDS]" >&2; exit 2 ;; esac

python=${CARGO_TARGET_DIR:-target}/pypsa-venv/bin/python
if ! "$python" -c 'import pypsa, highspy' 2>/dev/null; then
  python3 -m venv --clear "${CARGO_TARGET_DIR:-target}/pypsa-venv"
  "$python" -m pip install --quiet --disable-pip-version-check 'pypsa==1.4.0' 'highspy==1.15.1' >&2
fi
ours() { cargo bench --quiet --workspace --bench opf -- "$case" 3 | tail -n 1; }
theirs() { "$python" benches/peers/pypsa_opf.py "$case" 2>/dev/null | tail -n 1; }
figure() { sed -n 's/.*"'"$1"'": *\([0-9.e+-]*\).*/\1/p'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

names=(case118_1h case118_168h nodes_8760h) bounds=(100 10 5)
declare -A a b
ours >/dev/null
for round in $(seq "$rounds"); do
  here=$(ours) there=$(theirs)
  for name in "${names[@]}"; do
    x=$(figure "${name}_cost" <<<"$here") y=$(figure "${name}_cost" <<<"$there")
    awk -v x="$x" -v y="$y" 'BEGIN { d = x / y - 1; exit !(d < 1e-7 && d > -1e-7) }' ||
      { echo "$name: costs differ: $x here, $y there" >&2; exit 1; }
    a[$name]+="$(figure "${name}_cpu_s" <<<"$here") " b[$name]+="$(figure "${name}_cpu_s" <<<"$there") "
    printf 'round %s %s: energyopti %s s, PyPSA %s s, cost %s\n' "$round" "$name" \
      "$(figure "${name}_cpu_s" <<<"$here")" "$(figure "${name}_cpu_s" <<<"$there")" "$x"
  done
done
json='' missed=0
for i in "${!names[@]}"; do
  name=${names[$i]} bound=${bounds[$i]}
  x=$(tr ' ' '\n' <<<"${a[$name]% }" | median) y=$(tr ' ' '\n' <<<"${b[$name]% }" | median)
  ratio=$(awk -v x="$x" -v y="$y" 'BEGIN { printf "%.1f", y / x }')
  met=$(awk -v r="$ratio" -v b="$bound" 'BEGIN { print (r >= b) ? "true" : "false" }')
  [ "$met" = true ] || missed=1
  printf '%s: energyopti %s s, PyPSA %s s: %s times, bound %s: %s\n' "$name" "$x" "$y" "$ratio" "$bound" \
    "$([ "$met" = true ] && echo PASS || echo MISS)"
  json+="\"$name\": {\"ours_cpu_s\": $x, \"pypsa_cpu_s\": $y, \"ratio\": $ratio, \"bound\": $bound, \"met\": $met}, "
done
echo "{${json}\"rounds\": $rounds}"
[ -z "${ENERGYOPTI_BENCH_STRICT+1}" ] || exit "$missed"

#!/usr/bin/env bash
# Peak resident memory of the command itself at 10 000 and at 100 000 replicas of
# scenarios/rts79_storage.toml: within 10 % of each other and below 300 MB. A few seconds of CPU.
#
# From GNU time where there is one, else from the high-water mark that the kernel keeps in /proc.
# ENERGYOPTI_BENCH_STRICT makes a missed bound an error. The last line is JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT

# The run's peak in kilobytes.
peak_kb() {
  local run=(target/release/energyopti run scenarios/rts79_storage.toml --replicas "$1" --out "$store" --fresh)
  if /usr/bin/time -f %M true >/dev/null 2>&1; then
    /usr/bin/time -f %M -o "$store/peak" "${run[@]}" >/dev/null
    cat "$store/peak"
  else
    "${run[@]}" >/dev/null &
    local pid=$! peak=0 now
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
      peak=$now
      sleep 0.01
    done
    wait "$pid"
    echo "$peak"
  fi
}

if ! /usr/bin/time -f %M true >/dev/null 2>&1 && ! [ -r /proc/self/status ]; then
  echo "neither GNU time nor /proc here: peak memory not measured" >&2
  exit 0
fi
small=$(peak_kb 10000)
large=$(peak_kb 100000)
awk -v a="$small" -v b="$large" -v strict="${ENERGYOPTI_BENCH_STRICT+1}" 'BEGIN {
  met = a > 0 && b <= 1.1 * a && a <= 1.1 * b && a < 300 * 1024 && b < 300 * 1024
  printf "peak memory: %.1f MB at 10 000 replicas, %.1f MB at 100 000; ratio %.2f, bound 1.10 and 300 MB: %s\n",
    a / 1024, b / 1024, b / a, met ? "PASS" : "MISS"
  printf "{\"mb_10000\": %.1f, \"mb_100000\": %.1f, \"ratio\": %.3f, \"bound\": 1.1, \"bound_mb\": 300, \"met\": %s}\n",
    a / 1024, b / 1024, b / a, met ? "true" : "false"
  exit strict && !met
}'

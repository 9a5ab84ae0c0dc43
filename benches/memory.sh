#!/usr/bin/env bash
# Peak resident memory of the main job's larger sister at 10 000 and at 100 000 futures: within
# 10 % of each other and below 300 MB.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT

peak_kb() {
  target/release/energyopti run scenarios/rts79_storage.toml --replicas "$1" --out "$store" --fresh >/dev/null &
  local pid=$! peak=0 now
  while now=$(awk '/VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
    peak=$now
    sleep 0.02
  done
  wait "$pid"
  echo "$peak"
}

[ -r /proc/self/status ] || { echo "no /proc here: peak memory not measured"; exit 0; }
small=$(peak_kb 10000)
large=$(peak_kb 100000)
awk -v a="$small" -v b="$large" 'BEGIN {
  ok = (b <= 1.1 * a && a <= 1.1 * b && b < 300 * 1024)
  printf "{\"mb_10000\": %.0f, \"mb_100000\": %.0f, \"ratio\": %.2f, \"met\": %s}\n", a / 1024, b / 1024, b / a, ok ? "true" : "false"
}'

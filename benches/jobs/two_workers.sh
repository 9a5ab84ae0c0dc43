#!/usr/bin/env bash
# What a second worker gains and what the queue costs, on SQLite and, where DATABASE_URL names a server
# (.ci/postgres.sh brings one), on PostgreSQL.
#
# - two worker processes with one thread each against one: median ratio of interleaved runs, bound 1.8;
# - a worker with one thread against `run --threads 1`, shards of about a second: time of the whole (the
#   worker is there already, as a worker is), and processor seconds of submitter and worker together,
#   which other load on the machine does not move; median ratios of interleaved runs, bound 1.02.
#
#     benches/jobs/two_workers.sh [ROUNDS]
#
# Wants two idle cores. ENERGYOPTI_BENCH_STRICT makes a missed bound an error. The last line is JSON.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
cargo build --quiet --release
program=$PWD/target/release/energyopti
scenario=$PWD/scenarios/rts79_storage.toml
folder=$(mktemp -d)
workers=()

# The queue stays when a round is over, its workers do not.
dismiss() {
  local worker
  for worker in "${workers[@]}"; do
    kill -TERM "$worker" 2>/dev/null && wait "$worker" || true
  done
  workers=()
}
trap 'dismiss; rm -rf "$folder"' EXIT

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.4f", b - a }'; }

# Processor seconds of a process so far.
spent() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.2f", ($12 + $13) / hz }' "/proc/$1/stat"; }

# Processor seconds of this shell's ended children so far.
spent_by_children() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.2f", ($14 + $15) / hz }' "/proc/$$/stat"; }

employ() {
  local queue=$1 number=$2 i
  for ((i = 0; i < number; i++)); do
    "$program" worker --queue "$queue" --store "$folder/store" --concurrency 1 --threads 1 >>"$folder/log" 2>&1 &
    workers+=($!)
  done
  sleep 1
}

# Seconds from submission to result; each call is another run.
seed=0
submit() {
  local queue=$1 replicas=$2 shards=$3 started finished
  seed=$((seed + 1))
  started=$(now)
  "$program" submit "$scenario" --replicas "$replicas" --seed "$seed" --shards "$shards" \
    --queue "$queue" --store "$folder/store" --wait --format json >"$folder/answer"
  # When the waiting program looks is not part of the batch: it looks four times a second.
  finished=$(sed -n 's/^  "finished": "\(.*\)".*/\1/p' "$folder/answer")
  took=$(awk -v a="$started" -v b="$(date -d "$finished" +%s.%N)" 'BEGIN { printf "%.4f", b - a }')
}

# The median of the lines that come in.
median() { sort -g | awk '{ v[NR] = $1 } END { printf "%.4f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Futures that take one thread about a second, in whole groups of 64.
futures_of_a_second() {
  local started
  started=$(now)
  "$program" run "$scenario" --replicas 16384 --seed 999 --threads 1 --out "$folder/probe" >/dev/null
  awk -v t="$(since "$started")" 'BEGIN { n = int(16384 / t / 64); print 64 * (n < 1 ? 1 : n) }'
}

# Ratios of one worker's time to that of two, a line each round.
scaling() {
  local queue=$1 round one
  for ((round = 0; round < rounds; round++)); do
    employ "$queue" 1
    submit "$queue" $((8 * second)) 8
    one=$took
    dismiss
    employ "$queue" 2
    submit "$queue" $((8 * second)) 8
    dismiss
    awk -v one="$one" -v two="$took" 'BEGIN { print one / two }'
  done
}

# Ratios of time and of processor seconds, a line each round.
costs() {
  local queue=$1 replicas=$((8 * second)) round started before worker alone alone_cpu cpu
  for ((round = 0; round < rounds; round++)); do
    before=$(spent_by_children)
    started=$(now)
    "$program" run "$scenario" --replicas "$replicas" --seed $((seed + 1)) --threads 1 --out "$folder/alone" >/dev/null
    alone=$(since "$started")
    alone_cpu=$(awk -v a="$before" -v b="$(spent_by_children)" 'BEGIN { print b - a }')

    employ "$queue" 1
    worker=$(spent "${workers[0]}")
    before=$(spent_by_children)
    submit "$queue" "$replicas" 8
    cpu=$(awk -v a="$before" -v b="$(spent_by_children)" -v c="$worker" -v d="$(spent "${workers[0]}")" \
      'BEGIN { print b - a + d - c }')
    dismiss
    awk -v w="$took" -v v="$alone" -v c="$cpu" -v d="$alone_cpu" 'BEGIN { print w / v, c / d }'
  done
}

second=$(futures_of_a_second)
queues=("sqlite $folder/jobs.db")
if [ -n "${DATABASE_URL:-}" ]; then
  queues+=("postgres")
else
  echo "no DATABASE_URL: PostgreSQL not measured" >&2
fi

fields=""
missed=0
for entry in "${queues[@]}"; do
  name=${entry%% *}
  case $name in
  sqlite) queue="sqlite:${entry#* }" ;;
  *) queue=$DATABASE_URL ;;
  esac
  scaling "$queue" >"$folder/scaling.$name"
  gain=$(median <"$folder/scaling.$name")
  costs "$queue" >"$folder/costs.$name"
  wall=$(cut -d' ' -f1 "$folder/costs.$name" | median)
  cpu=$(cut -d' ' -f2 "$folder/costs.$name" | median)
  awk -v n="$name" -v g="$gain" -v w="$wall" -v c="$cpu" 'BEGIN {
    met = g >= 1.8 && w <= 1.02 && c <= 1.02
    printf "%s: two workers %.2f times one (bound 1.80); a batch of 1 s shards takes %.3f of the time of run and %.3f of its processor seconds (bound 1.020): %s\n",
      n, g, w, c, met ? "PASS" : "MISS"
    exit !met
  }' || missed=1
  fields+="\"${name}_two_workers\": $gain, \"${name}_time\": $wall, \"${name}_cpu\": $cpu, "
done
printf '{"bench": "two_workers", %s"futures_per_shard": %s, "rounds": %s}\n' "$fields" "$second" "$rounds"
[ -z "${ENERGYOPTI_BENCH_STRICT+1}" ] || [ "$missed" = 0 ]

#!/usr/bin/env bash
# Runs a command beside S3-compatible storage: moto's server on 127.0.0.1, in a virtual environment
# of its own, with a bucket and the AWS_* variables set. Usage: .ci/s3.sh COMMAND [ARGUMENT...]
# Without a command, it runs the tests that need it.
# ENERGYOPTI_S3_SECONDS bounds the command (default 900).
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- sh -c "cargo test --workspace --test results && cargo test --workspace --test jobs bucket"

environment=${ENERGYOPTI_S3_ENVIRONMENT:-target/s3-environment}
bucket=energyopti-tests
if [ ! -x "$environment/bin/moto_server" ]; then
  python3 -m venv "$environment"
  timeout 600 "$environment/bin/pip" install --quiet 'moto[server]==5.*'
fi

work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ALLOW_HTTP=true AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
export ENERGYOPTI_S3_ENDPOINT=$AWS_ENDPOINT_URL ENERGYOPTI_S3_BUCKET=$bucket
"$environment/bin/moto_server" -H 127.0.0.1 -p "$port" >"$work/log" 2>&1 &
server=$!

# A PUT on its name makes a bucket; it answers as soon as the server does.
made() { curl --noproxy "*" --silent --fail --output /dev/null --max-time 5 --request PUT "$AWS_ENDPOINT_URL/$bucket"; }
for attempt in $(seq 1 60); do
  made && break
  if ! kill -0 "$server" 2>/dev/null || [ "$attempt" = 60 ]; then
    echo "the storage server did not start:" >&2
    tail -20 "$work/log" >&2
    exit 1
  fi
  sleep 0.5
done

timeout "${ENERGYOPTI_S3_SECONDS:-900}" "$@"

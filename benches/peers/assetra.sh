#!/bin/sh
# Times the Python peer assetra on the IEEE RTS-79 (units only) and prints one line of JSON.
#
#   benches/peers/assetra.sh              4000 replica-years, about 20 s
#   benches/peers/assetra.sh 1000         1000 replica-years
#   benches/peers/assetra.sh --help       every option
#
# Needs python3 (3.10 to 3.13) with venv. Installs assetra into target/peers-venv at the first run; nothing else of
# the project needs Python, and no test runs this.
#
# What is compared: replica-years per CPU-second. assetra draws the outage of every unit and hour independently
# (no MTTF or MTTR memory), which is less than a sequential simulation does: same LOLE and EUE, no event frequency
# or duration. The data are typed from the published RTS-79 tables in assetra_rts79.py.
set -eu

version=2026.8.12
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=${CARGO_TARGET_DIR:-$here/../../target}/peers-venv
python=$venv/bin/python

installed() {
    "$python" -c 'from importlib.metadata import version; print(version("assetra"))' 2>/dev/null
}

if [ "$(installed || true)" != "$version" ]; then
    python3 -m venv --clear "$venv"
    "$python" -m pip install --quiet --disable-pip-version-check "assetra==$version" >&2
fi
exec "$python" "$here/assetra_rts79.py" "$@"

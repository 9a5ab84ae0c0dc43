# Sourced by the scripts that measure circuits: $python is an environment with the peers, that which
# ENERGYOPTI_PEERS_VENV names, or one below target/ that is made at the first run.
venv=${ENERGYOPTI_PEERS_VENV:-${CARGO_TARGET_DIR:-target}/quantum-venv}
python=$venv/bin/python
if ! "$python" -c 'import qiskit_aer, qokit, qulacs' 2>/dev/null; then
  python3 -m venv --clear "$venv"
  "$python" -m pip install --quiet --disable-pip-version-check \
    'qiskit==2.2.3' 'qiskit-aer==0.18.2' 'qokit==0.1.4' 'qulacs==0.6.14' >&2
fi
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1

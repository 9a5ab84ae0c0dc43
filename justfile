# The words people type. CI says the same ones.

# The main job
run:
    cargo run --release -- run scenarios/rts79.toml

# The tests
test:
    cargo test --workspace

# Format, lints and tests
check:
    cargo fmt --all --check
    cargo clippy --workspace -- -D warnings
    cargo test --workspace

# Ratios against a plain loop, one thread against two, and a peer; adequacy by number of buses
bench:
    cargo bench --bench lanes --bench kinds
    benches/peers/compare.sh
    benches/networks/run.sh
    benches/memory.sh

# Ratios of the network kernels against their peers; CASE118 is PGLib's pglib_opf_case118_ieee.m
bench-networks CASE118:
    benches/peers/lightsim2grid.sh
    benches/peers/pypsa.sh {{CASE118}}
    benches/networks/run.sh {{CASE118}}

# What jobs do per second, what a queue costs, what a second worker gains
bench-jobs:
    cargo bench --package energyopti-scheduler --bench rate
    .ci/postgres.sh benches/jobs/two_workers.sh

# The long counts of the property tests
nightly:
    ENERGYOPTI_CASES=100000 cargo test --workspace --release

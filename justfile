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

# Ratios against a plain loop, one thread against two, and a peer
bench:
    cargo bench --bench lanes --bench kinds
    benches/peers/compare.sh
    benches/memory.sh

# The long counts of the property tests
nightly:
    ENERGYOPTI_CASES=100000 cargo test --workspace --release

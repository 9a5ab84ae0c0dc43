#!/usr/bin/env bash
# Does what ARCHITECTURE.md says of adding a kind of asset: copies the tree, puts the tidal plant's two
# files in, adds the lines that register it, builds, and runs a scenario with it.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
tree="$(mktemp -d)"
trap 'rm -rf "$tree"' EXIT
cd "$root"
git ls-files -z | tar --null --files-from=- --create | tar --extract --directory="$tree"
cd "$tree"

# Its folder, and its table.
mkdir sim/engine/src/assets/tidal
cp docs/tidal/engine.rs sim/engine/src/assets/tidal/mod.rs
cp docs/tidal/table.rs scenarios/src/kinds/tidal.rs

# The lines that register it: one in each list of kinds, and Rust's `mod`.
add() { # FILE BEFORE LINE
    grep -qF "$2" "$1" || { echo "$1 has no line: $2" >&2; exit 1; }
    awk -v before="$2" -v line="$3" 'index($0, before) && !done { print line; done = 1 } { print }' "$1" >"$1.new"
    mv "$1.new" "$1"
}
add sim/engine/src/assets/mod.rs "pub mod wind;" "pub mod tidal;"
add sim/engine/src/assets/mod.rs "    /// Wind plants." $'    /// Tidal plants.\n    tidal: tidal::Tidal,'
add scenarios/src/kinds/mod.rs "pub(crate) mod wind;" "pub(crate) mod tidal;"
add scenarios/src/kinds/mod.rs "pub use wind::WindSpec;" "pub use tidal::TidalSpec;"
add scenarios/src/kinds/mod.rs "            /// Wind plants." \
    $'            /// Tidal plants.\n            #[serde(default, skip_serializing_if = "Vec::is_empty")]\n            tidal: TidalSpec,'

CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}" cargo run --quiet -- \
    run docs/tidal/strait.toml --replicas 256 --out "$tree/runs" | tee "$tree/answer.txt"
grep -q '^lole_h' "$tree/answer.txt"
grep -q '"energy_mwh.strait"' "$tree"/runs/*/summary.json

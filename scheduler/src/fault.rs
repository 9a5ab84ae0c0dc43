//! Named points of the path on which a result becomes durable, at which a test can have the
//! process die. It shows that dying anywhere loses nothing; it does not show what a power cut
//! does, for which there are the syncs.
//!
//! In builds with debug assertions `ENERGYOPTI_ABORT_AT=rename:2` aborts the process the second
//! time it passes `rename`. In release builds nothing is read and nothing happens.

/// Every point, in the order in which a shard's result passes them, then those of the merge. Each stands after the
/// step it is named for, but for those before one.
pub const POINTS: [&str; 7] = ["write", "sync", "rename", "before-commit", "after-commit", "before-merge", "merged"];

/// Passes the point `name`, one of [`POINTS`].
#[cfg(not(debug_assertions))]
#[inline]
pub fn point(_name: &'static str) {}

/// Passes the point `name`, one of [`POINTS`]: aborts if this was the pass that was asked for.
#[cfg(debug_assertions)]
pub fn point(name: &'static str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(wanted);
    static PASSED: AtomicU64 = AtomicU64::new(0);

    debug_assert!(POINTS.contains(&name), "`{name}` is missing from POINTS");
    let Some((at, pass)) = &*WANTED else { return };
    if at == name && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *pass {
        std::process::abort();
    }
}

/// What the environment asks for. A setting that names no point would make every test of a fault
/// pass, so it is told.
#[cfg(debug_assertions)]
fn wanted() -> Option<(String, u64)> {
    let text = std::env::var("ENERGYOPTI_ABORT_AT").ok()?;
    let parsed = parse(&text);
    if parsed.is_none() {
        tracing::error!(%text, "ENERGYOPTI_ABORT_AT is not POINT:PASS with a point of {POINTS:?}; nothing will abort");
    }
    parsed
}

#[cfg(debug_assertions)]
fn parse(text: &str) -> Option<(String, u64)> {
    let (name, pass) = text.split_once(':')?;
    let pass = pass.parse().ok().filter(|pass| *pass > 0)?;
    POINTS.contains(&name).then(|| (name.to_owned(), pass))
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn a_setting_names_a_point_and_a_pass() {
        assert_eq!(parse("rename:2"), Some(("rename".to_owned(), 2)));
        for wrong in ["", "rename", "rename:", "rename:0", "rename:-1", "rename:x", "renmae:1", ":1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}

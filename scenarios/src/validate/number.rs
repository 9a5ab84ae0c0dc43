//! Numbers against the schema: kind, finiteness, range, and a unit written into a text.

use serde_json::Value;

use super::{Walk, units};
use crate::document::{Kind, Node};

/// Holds a value against a `number` or `integer` schema.
pub(super) fn check(walk: &mut Walk<'_>, node: &mut Node, schema: &Value, path: &str) {
    let whole = schema["type"] == "integer";
    let wanted = if whole { "a whole number" } else { "a number" };
    let Some(value) = node.number() else {
        let help = node.text().and_then(|text| units::of_text(text, path));
        let rule = format!("must be {wanted}, not {}", super::name_of(&node.kind));
        return walk.note_value(node, path, rule, help);
    };
    if whole && value == f64::INFINITY {
        let rule = range_fault(f64::MAX, schema).unwrap_or_else(|| "must be a whole number".to_owned());
        return walk.note_value(node, path, rule, None);
    }
    if !value.is_finite() {
        return walk.note_value(node, path, "must be a finite number".to_owned(), None);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole f64 below 2^53 is exact")]
    if whole && matches!(node.kind, Kind::Real(_)) {
        if value.fract() != 0.0 || value.abs() > 9_007_199_254_740_992.0 {
            return walk.note_value(node, path, "must be a whole number".to_owned(), None);
        }
        node.kind = Kind::Whole(value as i128);
    }
    if let Some(rule) = range_fault(value, schema) {
        walk.note_value(node, path, rule, None);
    }
}

/// What the schema's range demands, if the value is out of it.
fn range_fault(value: f64, schema: &Value) -> Option<String> {
    let bound = |key: &str| schema[key].as_f64();
    let ceiling = match schema["format"].as_str() {
        Some("uint32") => Some(f64::from(u32::MAX)),
        #[expect(clippy::cast_precision_loss, reason = "refuses at most the last few of 2^64 numbers")]
        Some("uint64" | "uint") => Some(u64::MAX as f64 * (1.0 - f64::EPSILON)),
        _ => None,
    };
    let (least, above) = (bound("minimum"), bound("exclusiveMinimum"));
    let (most, below) = (bound("maximum").or(ceiling), bound("exclusiveMaximum"));
    let outside = least.is_some_and(|b| value < b)
        || above.is_some_and(|b| value <= b)
        || most.is_some_and(|b| value > b)
        || below.is_some_and(|b| value >= b);
    if !outside {
        return None;
    }
    let too_great = most.is_some_and(|b| value > b) || below.is_some_and(|b| value >= b);
    let floor = match (above, least) {
        (Some(b), _) => Some(format!("above {}", plain(b))),
        (None, Some(b)) => Some(format!("at least {}", plain(b))),
        _ => None,
    };
    let shown_most = bound("maximum").or(ceiling.filter(|_| too_great));
    let roof = match (below, shown_most) {
        (Some(b), _) => Some(format!("below {}", plain(b))),
        // A bound against slips of the finger is no news to somebody who is below 0.
        (None, Some(b)) if b < 1e6 || too_great => Some(format!("at most {}", plain(b))),
        _ => None,
    };
    let parts: Vec<String> = floor.into_iter().chain(roof).collect();
    if least.is_some() && least == most {
        return Some(format!("must be {}", plain(least.unwrap_or_default())));
    }
    Some(format!("must be {}", parts.join(" and ")))
}

/// A bound as people write it.
fn plain(value: f64) -> String {
    if value > 1.8e19 {
        return "2^64 - 1".to_owned();
    }
    // The greatest whole number that TOML can write.
    if value > 9.2e18 && value < 9.3e18 {
        return "2^63 - 1".to_owned();
    }
    if value.abs() >= 1e9 {
        return format!("{value:e}");
    }
    let text = format!("{value}");
    if value.abs() < 10_000.0 || text.contains('.') {
        return text;
    }
    let grouped: Vec<&str> = text.as_bytes().rchunks(3).rev().filter_map(|d| std::str::from_utf8(d).ok()).collect();
    grouped.join("_")
}

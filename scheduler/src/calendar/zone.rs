//! IANA zones by name.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::fault::Fault;

/// The zones that come with the program, not those of the machine: two schedulers on machines with
/// databases of different age would otherwise hold different instants to be due, and each would run.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Least similarity (0-1) at which a name is worth suggesting.
const SIMILAR: f64 = 0.6;
/// How many names are suggested.
const SUGGESTED: usize = 3;
/// No name is longer; a longer text is not compared with each of them.
const LONGEST: usize = 64;

/// The zone of a name in any case.
///
/// # Errors
///
/// [`Fault::EmptyZone`]; [`Fault::Zone`] with the nearest names.
pub(super) fn zone(name: &str) -> Result<TimeZone, Fault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Fault::EmptyZone);
    }
    let unknown = || Fault::Zone { zone: name.chars().take(LONGEST).collect(), hint: hint(name) };
    // `Etc/Unknown` is in the database but is nobody's clock.
    ZONES.get(name).ok().filter(|zone| !zone.is_unknown()).ok_or_else(unknown)
}

fn hint(wrong: &str) -> String {
    let near = nearest(wrong);
    if near.is_empty() {
        return "write an IANA name of a region and a city, as `Europe/Berlin` or `America/New_York`, or `UTC`"
            .to_owned();
    }
    let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?", names.join(" or "))
}

fn nearest(wrong: &str) -> Vec<String> {
    if wrong.len() > LONGEST {
        return Vec::new();
    }
    let folded = wrong.to_lowercase().replace(' ', "_");
    let scored = ZONES.available().map(|name| (similarity(&folded, &name.as_str().to_lowercase()), name.to_string()));
    let mut scored: Vec<(f64, String)> = scored.filter(|(score, _)| *score >= SIMILAR).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(SUGGESTED).map(|(_, name)| name).collect()
}

/// How near a wrong name is to a known one; a city may stand without its region.
fn similarity(wrong: &str, known: &str) -> f64 {
    let city = known.rsplit('/').next().unwrap_or(known);
    let whole = strsim::normalized_damerau_levenshtein(wrong, known);
    whole.max(strsim::normalized_damerau_levenshtein(wrong, city) - 0.05)
}

//! Slips of unit: `p_nom_kw` for `p_nom_mw`, or `"950 h"` for the number 950.
//!
//! Not here: converting silently. A slip is always reported, with the value it would become.

/// Units that measure the same, each with its size.
type Family = [(&'static str, f64)];

/// Units by family, each with its size in the family's first unit.
const FAMILIES: [&Family; 5] = [
    &[("mw", 1.0), ("w", 1e-6), ("kw", 1e-3), ("gw", 1e3), ("tw", 1e6)],
    &[("mwh", 1.0), ("wh", 1e-6), ("kwh", 1e-3), ("gwh", 1e3), ("twh", 1e6), ("gj", 1.0 / 3.6), ("mj", 1.0 / 3600.0)],
    &[
        ("h", 1.0),
        ("s", 1.0 / 3600.0),
        ("min", 1.0 / 60.0),
        ("minutes", 1.0 / 60.0),
        ("hr", 1.0),
        ("hrs", 1.0),
        ("hours", 1.0),
        ("d", 24.0),
        ("days", 24.0),
        ("weeks", 168.0),
        ("y", 8760.0),
        ("years", 8760.0),
    ],
    &[("pu", 1.0), ("percent", 0.01), ("pct", 0.01), ("%", 0.01)],
    &[("per_mwh", 1.0), ("per_kwh", 1e3), ("per_gwh", 1e-3)],
];

/// A key that is right but for its unit.
pub(super) struct Slip<'a> {
    /// The key that was meant.
    pub key: &'a str,
    /// The value in the unit written is to be multiplied by this.
    factor: f64,
    /// The unit written, if any was.
    wrong: Option<String>,
}

impl Slip<'_> {
    /// What is wrong, as the end of a sentence that begins with the key.
    pub fn rule(&self, key: &str) -> String {
        let what = if self.wrong.is_some() { "is in the wrong unit" } else { "lacks its unit" };
        format!("{what}: the key is `{key}`")
    }

    /// What to write: `key = value`, the value converted where it is a number.
    pub fn advice(&self, key: &str, value: Option<f64>) -> String {
        match (&self.wrong, value) {
            (Some(_), Some(value)) => format!("write `{key} = {}`", tidy(value * self.factor)),
            (Some(wrong), None) => format!("1 {wrong} is {} in `{key}`", tidy(self.factor)),
            (None, _) => format!("the unit is part of the name: write `{key}`"),
        }
    }
}

/// The valid key that `wrong` would be with another unit, or with any.
pub(super) fn of_key<'a>(wrong: &str, mut known: impl Iterator<Item = &'a str>) -> Option<Slip<'a>> {
    let wrong = wrong.to_lowercase();
    known.find_map(|key| slip(&wrong, key))
}

fn slip<'a>(wrong: &str, key: &'a str) -> Option<Slip<'a>> {
    let (stem, family, size) = split(key)?;
    let bare = stem.trim_end_matches('_').trim_end_matches("_¤");
    if wrong == bare || wrong == stem.trim_end_matches('_') {
        return Some(Slip { key, factor: 1.0, wrong: None });
    }
    let unit = wrong.strip_prefix(bare)?.strip_prefix('_')?;
    // A money key's unit stands behind a currency: `_eur_per_kwh`.
    let unit = if key.contains('¤') { unit.get(4..).unwrap_or_default() } else { unit };
    let (name, written) = family.iter().find(|(name, _)| *name == unit)?;
    Some(Slip { key, factor: written / size, wrong: Some((*name).to_owned()) })
}

/// A key as stem, family of its unit, and size of the unit.
fn split(key: &str) -> Option<(&str, &'static Family, f64)> {
    FAMILIES.iter().rev().find_map(|family| {
        let fits = |(unit, _): &&(&str, f64)| key.strip_suffix(unit).is_some_and(|stem| stem.ends_with('_'));
        let (unit, size) = family.iter().find(fits)?;
        Some((key.strip_suffix(unit)?, *family, *size))
    })
}

/// Advice for a number written as text, such as `"950 h"` for a key that ends in `_h`.
pub(super) fn of_text(text: &str, path: &str) -> Option<String> {
    let text = text.trim();
    let digits =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_' | ','))).unwrap_or(text.len());
    let number: f64 = text[..digits].replace(['_', ','], "").parse().ok()?;
    let unit = text[digits..].trim().to_lowercase();
    let key = path.rsplit('.').next().unwrap_or(path);
    if unit.is_empty() {
        return Some(format!("write it without quotes: `{key} = {}`", tidy(number)));
    }
    let (_, family, size) = split(key)?;
    let (_, written) = family.iter().find(|(name, _)| *name == unit)?;
    Some(format!("the unit is part of the name: write `{key} = {}`", tidy(number * written / size)))
}

/// A number without the dust of a conversion.
fn tidy(value: f64) -> String {
    let rounded: f64 = format!("{value:.9e}").parse().unwrap_or(value);
    if rounded != 0.0 && !(1e-6..1e15).contains(&rounded.abs()) { format!("{rounded:e}") } else { format!("{rounded}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_unit_is_converted() {
        let slip = of_key("p_nom_kw", ["name", "p_nom_mw"].into_iter()).unwrap();
        assert_eq!((slip.key, slip.advice("p_nom_mw", Some(2500.0)).as_str()), ("p_nom_mw", "write `p_nom_mw = 2.5`"));
        let slip = of_key("mttf_d", ["mttf_h"].into_iter()).unwrap();
        assert_eq!(slip.advice("mttf_h", Some(10.0)), "write `mttf_h = 240`");
        let slip = of_key("marginal_cost_eur_per_kwh", ["marginal_cost_¤_per_mwh"].into_iter()).unwrap();
        assert_eq!(slip.advice("marginal_cost_eur_per_mwh", Some(0.18)), "write `marginal_cost_eur_per_mwh = 180`");
    }

    #[test]
    fn a_name_without_unit_is_told_its_unit() {
        let slip = of_key("p_nom", ["p_nom_mw"].into_iter()).unwrap();
        assert_eq!(slip.advice("p_nom_mw", Some(2.0)), "the unit is part of the name: write `p_nom_mw`");
        assert!(of_key("e_nom_mw", ["p_nom_mw"].into_iter()).is_none());
    }

    #[test]
    fn a_unit_in_a_text_is_converted() {
        assert_eq!(of_text("950 h", "a.mttf_h").unwrap(), "the unit is part of the name: write `mttf_h = 950`");
        assert_eq!(of_text("20 GW", "p_nom_mw").unwrap(), "the unit is part of the name: write `p_nom_mw = 20000`");
        assert_eq!(of_text("20", "p_nom_mw").unwrap(), "write it without quotes: `p_nom_mw = 20`");
        assert!(of_text("lots", "p_nom_mw").is_none());
    }
}

//! The valid name nearest to a wrong one.

/// Least similarity (0-1) at which a name is worth suggesting.
const SIMILAR: f64 = 0.55;

/// The nearest of `known`, if any is near.
pub(crate) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = wrong.to_lowercase();
    let score = |name: &str| {
        let name = name.to_lowercase();
        let spelling = strsim::normalized_damerau_levenshtein(&folded, &name);
        let prefix = folded.len() > 2 && name.len() > 2 && (name.starts_with(&folded) || folded.starts_with(&name));
        if prefix { spelling.max(SIMILAR) + 0.25 } else { spelling }
    };
    let scored = known.into_iter().map(|name| (score(name), name));
    let best = scored.fold(None, |best: Option<(f64, &str)>, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    });
    best.filter(|(score, _)| *score >= SIMILAR).map(|(_, name)| name)
}

/// A sentence that names the nearest of `known`, or all of a few.
pub(crate) fn help<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(wrong, known.iter().copied()) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None if known.is_empty() => None,
        None if known.len() > 24 => None,
        None => Some(format!("choose from {}", quoted(&known, "and"))),
    }
}

/// `a`, `b` and `c`, or with another word than "and".
pub(crate) fn quoted(names: &[&str], word: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        _ => quoted.join(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_name() {
        let known = ["p_nom_mw", "e_nom_mwh", "efficiency_store", "bus"];
        assert_eq!(nearest("p_nom_wm", known), Some("p_nom_mw"));
        assert_eq!(nearest("Bus", known), Some("bus"));
        assert_eq!(nearest("efficency_store", known), Some("efficiency_store"));
        assert_eq!(nearest("colour", known), None);
    }

    #[test]
    fn few_names_are_listed_when_none_is_near() {
        assert_eq!(help("zzz", ["north", "south"]).unwrap(), "choose from `north` and `south`");
    }
}

//! Dotted paths such as `load.system.peak_mw` or `load."a.b".peak_mw`.
//!
//! Not here: what a path leads to.

/// One step of a path and the bytes it stands on in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The step, without quotes.
    pub name: String,
    /// Where it is written.
    pub range: std::ops::Range<usize>,
}

/// Most steps of a path: deeper than any key, shallow enough to walk.
const LONGEST: usize = 32;

/// Splits a path at its dots, or says what is wrong with it.
pub(crate) fn split(path: &str) -> Result<Vec<Segment>, &'static str> {
    let mut segments = Vec::new();
    let mut at = 0;
    loop {
        let rest = &path[at..];
        let lead = rest.len() - rest.trim_start().len();
        let segment = segment(path, at + lead)?;
        at = segment.range.end;
        segments.push(segment);
        let rest = &path[at..];
        let tail = rest.trim_start();
        if tail.is_empty() {
            return Ok(segments);
        }
        if segments.len() == LONGEST {
            return Err("has more than 32 steps");
        }
        if !tail.starts_with('.') {
            return Err("has text after a closing quote");
        }
        at += rest.len() - tail.len() + 1;
    }
}

fn segment(path: &str, start: usize) -> Result<Segment, &'static str> {
    let rest = &path[start..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        let length = rest[1..].find(quote).ok_or("has a quote that is not closed")?;
        return Ok(Segment { name: rest[1..=length].to_owned(), range: start..start + length + 2 });
    }
    let name = rest.split('.').next().unwrap_or_default().trim_end();
    if name.is_empty() {
        Err("has an empty step")
    } else {
        Ok(Segment { name: name.to_owned(), range: start..start + name.len() })
    }
}

/// `path.key`, the key quoted where it holds anything but letters, digits, `_` and `-`.
pub(crate) fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let key = if plain { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Result<Vec<String>, &'static str> {
        Ok(split(path)?.into_iter().map(|s| s.name).collect())
    }

    #[test]
    fn a_path_splits_at_dots_outside_quotes() {
        assert_eq!(names("load.system.peak_mw").unwrap(), ["load", "system", "peak_mw"]);
        assert_eq!(names("load.\"a.b\".peak_mw").unwrap(), ["load", "a.b", "peak_mw"]);
        assert_eq!(names(" load . 'ä b' ").unwrap(), ["load", "ä b"]);
    }

    #[test]
    fn a_broken_path_is_refused() {
        for path in ["", ".", "a..b", "a.", "a.\"b", "\"a\"b"] {
            assert!(names(path).is_err(), "{path}");
        }
        assert!(names(&vec!["a"; 100_000].join(".")).is_err());
    }

    #[test]
    fn an_odd_name_is_quoted_when_joined() {
        assert_eq!(join("load", "a.b"), "load.\"a.b\"");
        assert_eq!(join("", "load"), "load");
    }
}

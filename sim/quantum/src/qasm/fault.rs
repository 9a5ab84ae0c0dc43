//! Faults of a text: all of them, each with its place, what stands there, and what should.

use std::fmt;

/// Most faults that are told; a text with more is another kind of file.
const MOST_FAULTS: usize = 50;
/// Most characters of the offending text that are shown.
const SHOWN: usize = 60;
/// Longer names are not compared: nobody mistypes them.
const LONGEST_COMPARED: usize = 40;

/// Bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn to(self, end: Self) -> Self {
        Self { start: self.start, end: end.end.max(self.start) }
    }

    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// One fault of an `OpenQASM` text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Character of the line, from 1.
    pub column: usize,
    /// What stands there.
    pub text: String,
    /// What is wrong with it, and what would be right.
    pub rule: String,
    /// For a name that is unknown: the nearest that is known.
    pub nearest: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: `{}`: {}", self.line, self.column, self.text, self.rule)?;
        self.nearest.as_ref().map_or(Ok(()), |name| write!(f, "; did you mean `{name}`?"))
    }
}

/// One per line.
pub(crate) fn report(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The faults found so far; a place is told once for one reason, however often a loop passes it.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<(Span, String, Option<String>)>,
}

impl Faults {
    pub fn add(&mut self, at: Span, rule: impl Into<String>) {
        self.push(at, rule.into(), None);
    }

    /// A fault of a name, with the nearest of those that could stand there.
    pub fn unknown<'n>(&mut self, at: Span, text: &str, rule: String, known: impl Iterator<Item = &'n str>) {
        if self.found.len() < MOST_FAULTS {
            self.push(at, rule, nearest(at.of(text), known));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Takes the faults of another list.
    pub fn append(&mut self, other: Self) {
        for (at, rule, nearest) in other.found {
            self.push(at, rule, nearest);
        }
    }

    fn push(&mut self, at: Span, rule: String, nearest: Option<String>) {
        let told = self.found.iter().any(|(place, reason, _)| *place == at && *reason == rule);
        if !told && self.found.len() < MOST_FAULTS {
            self.found.push((at, rule, nearest));
        }
    }

    /// All faults in the order of the text.
    pub fn list(mut self, text: &str) -> Vec<Fault> {
        self.found.sort_by_key(|(at, ..)| at.start);
        let place = |(at, rule, nearest): (Span, String, Option<String>)| {
            let before = &text[..at.start as usize];
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            Fault {
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
                text: shown(at.of(text)),
                rule,
                nearest,
            }
        };
        self.found.into_iter().map(place).collect()
    }
}

/// The first line of a text, cut where it is long.
fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(SHOWN).collect();
    if cut.len() < text.len() { format!("{}...", cut.trim_end()) } else { cut }
}

/// The name of the fewest typing errors away, if it is near enough to have been meant; of several
/// one that starts alike.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    if name.len() > LONGEST_COMPARED {
        return None;
    }
    let near = |candidate: &&str| candidate.len() <= LONGEST_COMPARED;
    let other_start = |other: &str| other.chars().next() != name.chars().next();
    let ranked = known.filter(near).map(|other| (strsim::osa_distance(name, other), other_start(other), other));
    let (distance, _, best) = ranked.min()?;
    (distance <= 1.max(name.chars().count() / 3)).then(|| best.to_owned())
}

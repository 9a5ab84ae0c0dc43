//! A cron on a local clock: seconds of a calendar without zones, counted from 1970-01-01T00:00:00.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use croner::parser::{CronParser, Seconds, Year};

use super::fault::Fault;
use super::field::Field;

/// Words and what they stand for.
const WORDS: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// Days after which the Gregorian calendar repeats itself, weekdays included: 400 years.
const CYCLE_D: usize = 146_097;

/// Which local times fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cron(croner::Cron);

impl Cron {
    /// The cron of a text of five or six fields (seconds first) or a word, in any case.
    ///
    /// A day must fit the day of month **or** the day of week where both are restricted, as in Vixie's
    /// cron, where a field that begins with `*` is no restriction (`*/2` in one of them narrows the
    /// other); `+` before the day of week asks for both (`0 0 13 * +FRI`).
    ///
    /// # Errors
    ///
    /// All faults of all fields; a cron whose day is in no year.
    pub(super) fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let fields = numbers(text)?;
        let (of_month, of_week) = (&fields[3], &fields[5]);
        let both = text.contains('+') || of_month.starts_with('*') || of_week.starts_with('*');
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).dom_and_dow(both).build();
        let cron = match parser.parse(&fields.join(" ")) {
            Ok(cron) => Self(cron),
            Err(error) => return Err(vec![Fault::Unread { cron: text.to_owned(), reason: error.to_string() }]),
        };
        if cron.has_a_day() { Ok(cron) } else { Err(vec![Fault::NoSuchDay { cron: text.to_owned() }]) }
    }

    /// The first fitting local second at or after `from`; none after the year 5000.
    pub(super) fn at_or_after(&self, from: i64) -> Option<i64> {
        // The local clock poses as UTC, which has neither gaps nor folds.
        let from: DateTime<Utc> = DateTime::from_timestamp(from, 0)?;
        self.0.find_next_occurrence(&from, true).ok().map(|found| found.timestamp())
    }

    /// Whether any day fits. Hours, minutes and seconds have at least one value each, so it is the
    /// days alone that can be impossible, and what no cycle of the calendar holds never comes.
    fn has_a_day(&self) -> bool {
        let fits = |day: NaiveDate| {
            let pattern = &self.0.pattern;
            pattern.month_match(day.month()).unwrap_or(false)
                && pattern.day_match(day.year(), day.month(), day.day()).unwrap_or(false)
        };
        NaiveDate::from_ymd_opt(2000, 1, 1).is_some_and(|first| first.iter_days().take(CYCLE_D).any(fits))
    }
}

/// The six fields in numbers.
fn numbers(text: &str) -> Result<Vec<String>, Vec<Fault>> {
    let written = text.trim();
    if written.is_empty() {
        return Err(vec![Fault::EmptyCron]);
    }
    let cron = if written.starts_with('@') { meaning(written)? } else { written };
    let upper = cron.to_ascii_uppercase();
    let mut fields: Vec<&str> = upper.split_whitespace().collect();
    if fields.len() == 5 {
        fields.insert(0, "0");
    }
    if fields.len() != Field::ALL.len() {
        return Err(vec![Fault::Count { cron: written.to_owned(), count: fields.len() }]);
    }
    fields[5] = fields[5].strip_prefix('+').unwrap_or(fields[5]);
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for (field, text) in Field::ALL.into_iter().zip(fields) {
        match field.read(text) {
            Ok(numbers) => good.push(numbers),
            Err(items) => faults.extend(items.into_iter().map(|item| Fault::Item { field, item })),
        }
    }
    if faults.is_empty() { Ok(good) } else { Err(faults) }
}

fn meaning(word: &str) -> Result<&'static str, Vec<Fault>> {
    let found = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, fields)| *fields).ok_or_else(|| {
        let known = WORDS.map(|(known, _)| format!("`{known}`")).join(", ");
        vec![Fault::Word { word: word.to_owned(), known }]
    })
}

//! The fields of a cron: which texts each allows, rewritten into numbers.
//!
//! The parser behind replaces names wherever they stand (`MAR` as a day of week becomes a Wednesday,
//! `1MON` the number 11), lets empty list items pass and loses `7L`; so each item is read here first,
//! and what goes on consists of numbers in range.

use std::fmt;
use std::ops::RangeInclusive;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A field of a cron, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 0-59.
    Second,
    /// 0-59.
    Minute,
    /// 0-23.
    Hour,
    /// 1-31.
    DayOfMonth,
    /// 1-12.
    Month,
    /// 0-6 from Sunday; 7 is Sunday too.
    DayOfWeek,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        })
    }
}

impl Field {
    /// The fields of a cron with seconds.
    pub(super) const ALL: [Self; 6] =
        [Self::Second, Self::Minute, Self::Hour, Self::DayOfMonth, Self::Month, Self::DayOfWeek];

    fn range(self) -> RangeInclusive<u16> {
        match self {
            Self::Second | Self::Minute => 0..=59,
            Self::Hour => 0..=23,
            Self::DayOfMonth => 1..=31,
            Self::Month => 1..=12,
            Self::DayOfWeek => 0..=6,
        }
    }

    /// What may be written, for messages.
    pub(super) fn rule(self) -> String {
        let range = self.range();
        let (first, last) = (range.start(), range.end());
        let more = match self {
            Self::DayOfMonth => ", `L` (the month's last day) or `15W` (the weekday nearest to the 15th)",
            Self::Month => "; JAN-DEC stand for 1-12",
            Self::DayOfWeek => {
                "; 7 is Sunday too, SUN-SAT stand for 0-6, `FRI#2` is the second and `FRIL` the last Friday"
            }
            _ => "",
        };
        format!("`*`, a number {first}-{last}, a rising range `a-b`, a step `*/n`, or a list of these{more}")
    }

    /// The field in numbers, or the items that are wrong.
    pub(super) fn read(self, text: &str) -> Result<String, Vec<String>> {
        let (good, bad): (Vec<_>, Vec<_>) =
            text.split(',').map(|item| self.item(item).ok_or_else(|| item.to_owned())).partition(Result::is_ok);
        let bad: Vec<String> = bad.into_iter().filter_map(Result::err).collect();
        // A star in a list would be refused behind; alone it says the same.
        match good.into_iter().filter_map(Result::ok).collect::<Vec<_>>() {
            _ if !bad.is_empty() => Err(bad),
            items if items.iter().any(|item| item == "*") => Ok("*".to_owned()),
            items => Ok(items.join(",")),
        }
    }

    fn item(self, item: &str) -> Option<String> {
        let (span, step) = match item.split_once('/') {
            None => return self.whole(item).or_else(|| self.span(item)).or_else(|| self.special(item)),
            Some((span, step)) => (span, number(step)?),
        };
        let range = self.range();
        let most = range.end() - range.start() + 1;
        // A larger step would quietly mean the first value alone (`*/90` is not every 90 minutes).
        if !(1..=most).contains(&step) {
            return None;
        }
        let span = match span {
            "*" => "*".to_owned(),
            one if !one.contains('-') => format!("{}-{}", self.value(one)?, range.end()),
            two => self.span(two)?,
        };
        Some(format!("{span}/{step}"))
    }

    fn whole(self, item: &str) -> Option<String> {
        let days = matches!(self, Self::DayOfMonth | Self::DayOfWeek);
        (item == "*" || (days && item == "?")).then(|| "*".to_owned())
    }

    /// A value, or a rising range of them.
    fn span(self, text: &str) -> Option<String> {
        let Some((first, last)) = text.split_once('-') else {
            return self.value(text).map(|value| value.to_string());
        };
        let first = self.value(first)?;
        let last = match self.value(last)? {
            // `FRI-SUN`: at the end of a range Sunday is the seventh day.
            0 if self == Self::DayOfWeek && first > 0 => 7,
            0 if self == Self::DayOfWeek && last == "7" => 7,
            last => last,
        };
        (first <= last).then(|| format!("{first}-{last}"))
    }

    /// Days that only a month can tell: `L`, `15W`; `5L`, `FRI#2`.
    fn special(self, item: &str) -> Option<String> {
        match self {
            Self::DayOfMonth if item == "L" => Some(item.to_owned()),
            Self::DayOfMonth => self.value(item.strip_suffix('W')?).map(|day| format!("{day}W")),
            Self::DayOfWeek => match item.split_once('#') {
                Some((day, nth)) => {
                    let (day, nth) = (self.value(day)?, number(nth)?);
                    (1..=5).contains(&nth).then(|| format!("{day}#{nth}"))
                }
                None => self.value(item.strip_suffix('L')?).map(|day| format!("{day}L")),
            },
            _ => None,
        }
    }

    fn value(self, text: &str) -> Option<u16> {
        let named = |names: &[&str]| names.iter().position(|name| *name == text);
        let name = match self {
            Self::Month => named(&MONTHS).map(|index| index + 1),
            Self::DayOfWeek => named(&DAYS),
            _ => None,
        };
        match name.and_then(|index| u16::try_from(index).ok()).or_else(|| number(text))? {
            7 if self == Self::DayOfWeek => Some(0),
            value => self.range().contains(&value).then_some(value),
        }
    }
}

/// Digits alone: `str::parse` would let a sign pass.
fn number(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

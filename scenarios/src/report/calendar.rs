//! The horizon cut into days, weeks, months or years, for time axes and tables. UTC; no zone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::plot::axes::Axis;

/// A stretch of the horizon.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Period {
    /// Its name, such as `Jan` or `12 Mar`.
    pub(super) label: String,
    /// Where it starts, in hours from the start of the horizon; at least 0.
    pub(super) from_h: f64,
    /// Where it ends, at most the length of the horizon.
    pub(super) to_h: f64,
}

/// Labels on a time axis, at most.
const LABELS: usize = 13;

/// The month's short name; `month` counts from 1.
pub(super) fn month_name(month: usize) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    month.checked_sub(1).and_then(|index| NAMES.get(index)).copied().unwrap_or("?")
}

/// Cuts the horizon of `horizon_h` hours from `start` into days (up to 16 of them), weeks (up to
/// ten), calendar months (up to 26) or calendar years.
pub(super) fn periods(start: Timestamp, horizon_h: f64) -> Vec<Period> {
    let begin = start.to_zoned(TimeZone::UTC).datetime();
    let days = horizon_h / 24.0;
    let (first, step) = match days {
        days if days <= 16.0 => (Some(begin.date()), Span::new().days(1)),
        days if days <= 70.0 => (Some(begin.date()), Span::new().days(7)),
        days if days <= 800.0 => (Some(begin.date().first_of_month()), Span::new().months(1)),
        _ => (begin.date().first_of_year().into(), Span::new().years(1)),
    };
    let spans_years = days > 366.0;
    let mut found = Vec::new();
    let mut next = first;
    while let Some(date) = next {
        let from = hours(begin, date);
        if from >= horizon_h || found.len() >= 400 {
            break;
        }
        next = date.checked_add(step).ok();
        let to_h = next.map_or(horizon_h, |next| hours(begin, next).min(horizon_h));
        found.push(Period { label: label(date, days, spans_years), from_h: from.max(0.0), to_h });
    }
    found
}

fn label(date: Date, days: f64, spans_years: bool) -> String {
    let (year, month) = (date.year(), month_name(usize::try_from(date.month()).unwrap_or(0)));
    match days {
        days if days <= 70.0 => format!("{} {month}", date.day()),
        days if days > 800.0 => year.to_string(),
        _ if spans_years => format!("{month} {year}"),
        _ => month.to_owned(),
    }
}

fn hours(begin: DateTime, date: Date) -> f64 {
    date.to_datetime(jiff::civil::Time::midnight()).duration_since(begin).as_secs_f64() / 3600.0
}

/// A time axis with labels where periods start.
pub(super) fn axis(periods: &[Period], horizon_h: f64) -> Axis {
    let every = periods.len().div_ceil(LABELS).max(1);
    let ticks = periods.iter().step_by(every).map(|p| (p.from_h, p.label.clone())).collect();
    Axis::of(0.0, if horizon_h > 0.0 { horizon_h } else { 1.0 }, ticks, "")
}

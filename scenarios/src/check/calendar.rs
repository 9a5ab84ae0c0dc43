//! Instants, step lengths, and the calendar of a horizon.
//!
//! UTC only: no time zone is known here.

use energyopti_engine::Stamp;
use jiff::Timestamp;
use jiff::tz::Offset;

const DAY_S: i64 = 86_400;

/// An instant from RFC 3339 text in UTC, or what is wrong with it and what to write.
pub(crate) fn parse_instant(text: &str) -> Result<Timestamp, (String, String)> {
    let advice = "write it as 2025-01-01T00:00:00Z".to_owned();
    let parsed = text.parse::<Timestamp>();
    match parsed {
        Ok(at) if !text.ends_with(['Z', 'z']) => Err(("must be in UTC, ending in Z".to_owned(), format!("write {at}"))),
        Ok(at) if at.subsec_nanosecond() != 0 => Err(("must be a whole second".to_owned(), advice)),
        Ok(at) => Ok(at),
        Err(_) => match format!("{text}Z").parse::<Timestamp>() {
            Ok(at) => Err(("must be in UTC, ending in Z".to_owned(), format!("write {at}"))),
            Err(_) => match text.parse::<jiff::civil::Date>() {
                Ok(day) => Err(("must have a time of day, in UTC".to_owned(), format!("write {day}T00:00:00Z"))),
                Err(_) => Err(("must be an RFC 3339 time in UTC".to_owned(), advice)),
            },
        },
    }
}

/// A step length in seconds from text such as `15min`, or what is wrong with it.
pub(crate) fn parse_step(text: &str) -> Result<i64, &'static str> {
    const FORM: &str = "must be a number and one of s, min, h, d";
    let text = text.trim();
    let split = text.find(|c: char| c.is_ascii_alphabetic()).ok_or(FORM)?;
    let number = text[..split].trim();
    let plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: f64 = number.parse().ok().filter(|_| plain).ok_or(FORM)?;
    let unit = match text[split..].trim() {
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(FORM),
    };
    let seconds = number * unit;
    if !(1.0..=86_400.0).contains(&seconds) {
        return Err("must be between 1 s and 1 d");
    }
    if seconds.fract() != 0.0 {
        return Err("must be a whole number of seconds");
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and at most 86 400")]
    Ok(seconds as i64)
}

/// A step length as text, in the greatest unit that is whole.
pub(crate) fn step_text(step_s: i64) -> String {
    let units = [(DAY_S, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let (size, unit) = units.into_iter().find(|(size, _)| step_s % size == 0).unwrap_or((1, "s"));
    format!("{}{unit}", step_s / size)
}

/// The calendar of every step; `None` where the horizon leaves the years that a calendar knows.
pub(crate) fn stamps(start: Timestamp, step_s: i64, count: usize) -> Option<Vec<Stamp>> {
    let length = i64::try_from(count).ok()?.checked_mul(step_s)?;
    Timestamp::from_second(start.as_second().checked_add(length)?).ok()?;
    let first_day = start.as_second().div_euclid(DAY_S);
    let mut month_of = (i64::MIN, 0);
    let mut stamps = Vec::with_capacity(count);
    let mut second = start.as_second();
    for _ in 0..count {
        let day = second.div_euclid(DAY_S);
        if month_of.0 != day {
            let date = Offset::UTC.to_datetime(Timestamp::from_second(second).ok()?);
            month_of = (day, u8::try_from(date.month() - 1).ok()?);
        }
        stamps.push(Stamp {
            day: u32::try_from(day - first_day).ok()?,
            month: month_of.1,
            hour: u8::try_from(second.rem_euclid(DAY_S) / 3600).ok()?,
        });
        second += step_s;
    }
    Some(stamps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_number_and_a_unit() {
        assert_eq!(parse_step("1h"), Ok(3600));
        assert_eq!(parse_step("15 min"), Ok(900));
        assert_eq!(parse_step("0.5h"), Ok(1800));
        for wrong in ["", "h", "1", "1 fortnight", "0h", "-1h", "nanh", "2d", "0.5s", "1.0001s"] {
            assert!(parse_step(wrong).is_err(), "{wrong}");
        }
        assert_eq!((step_text(3600), step_text(900), step_text(86_400)), ("1h".into(), "15min".into(), "1d".into()));
    }

    #[test]
    fn the_calendar_knows_leap_days() {
        let start = parse_instant("2024-02-28T23:00:00Z").unwrap();
        let stamps = stamps(start, 3600, 50).unwrap();
        assert_eq!(stamps[0], Stamp { day: 0, month: 1, hour: 23 });
        assert_eq!(stamps[1], Stamp { day: 1, month: 1, hour: 0 });
        assert_eq!(stamps[25], Stamp { day: 2, month: 2, hour: 0 });
    }

    #[test]
    fn an_instant_must_say_that_it_is_utc() {
        assert!(parse_instant("2025-01-01T00:00:00Z").is_ok());
        assert_eq!(parse_instant("2025-01-01T01:00:00+01:00").unwrap_err().1, "write 2025-01-01T00:00:00Z");
        assert_eq!(parse_instant("2025-01-01T00:00:00").unwrap_err().1, "write 2025-01-01T00:00:00Z");
        assert_eq!(parse_instant("2025-01-01").unwrap_err().1, "write 2025-01-01T00:00:00Z");
        assert!(parse_instant("now").is_err());
    }

    #[test]
    fn a_horizon_beyond_the_calendar_is_refused() {
        let start = parse_instant("9999-01-01T00:00:00Z").unwrap();
        assert!(stamps(start, 86_400, 10_000_000).is_none());
    }
}

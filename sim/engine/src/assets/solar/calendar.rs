//! The day of the year of a UTC instant, Gregorian calendar. Not here: zones, leap seconds.

/// A day within its year, counted in UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct YearDay {
    /// 1 on 1 January, 365 or 366 on 31 December.
    pub day_of_year: f64,
    /// 365 or 366.
    pub days_in_year: f64,
}

/// The day of the year at `unix_seconds` (seconds since 1970-01-01T00:00:00Z, no leap seconds).
pub(super) fn year_day(unix_seconds: f64) -> YearDay {
    let day = (unix_seconds / 86_400.0).floor();
    // The mean year puts the guess at most one year off.
    let guess = 1970.0 + (day / 365.2425).floor();
    let late = if day < first_day(guess) { guess - 1.0 } else { guess };
    let year = if day < first_day(late + 1.0) { late } else { late + 1.0 };
    let first = first_day(year);
    YearDay { day_of_year: day - first + 1.0, days_in_year: first_day(year + 1.0) - first }
}

/// 1 January of `year` in days since 1970-01-01. 477 leap days precede 1970.
fn first_day(year: f64) -> f64 {
    let before = year - 1.0;
    let leap_days = (before / 4.0).floor() - (before / 100.0).floor() + (before / 400.0).floor() - 477.0;
    365.0 * (year - 1970.0) + leap_days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix_seconds: f64) -> (f64, f64) {
        let YearDay { day_of_year, days_in_year } = year_day(unix_seconds);
        (day_of_year, days_in_year)
    }

    #[test]
    fn days_of_the_year_follow_the_gregorian_calendar() {
        assert_eq!(at(0.0), (1.0, 365.0));
        assert_eq!(at(-0.5), (365.0, 365.0));
        // 2020-03-20T00:30Z: 31 + 29 + 20.
        assert_eq!(at(1_584_664_200.0), (80.0, 366.0));
        // 2100-12-31T23:59:59Z: 2100 has no leap day.
        assert_eq!(at(4_133_980_799.0), (365.0, 365.0));
        // 1950-01-01T00:00Z.
        assert_eq!(at(-631_152_000.0), (1.0, 365.0));
        // 2000-12-31T12:00Z.
        assert_eq!(at(978_264_000.0), (366.0, 366.0));
    }
}

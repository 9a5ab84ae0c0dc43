//! The course of a process over the year and the day: 12 monthly and 24 hourly numbers.
//!
//! Calendar and hours are those of the step's [`Stamp`] (UTC); nothing is interpolated.

use super::Rules;
use crate::assets::fault::Fault;
use crate::clock::Stamp;
use crate::lanes::{LANES, Lanes};

/// How the numbers act on the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// `value * month * hour`; no number is negative.
    Multiply,
    /// `value + month + hour`, in the value's unit.
    Add,
}

/// A seasonal shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// By month, January first.
    pub months: [f64; 12],
    /// By hour of the day (UTC), the hour from 0:00 first.
    pub hours: [f64; 24],
    /// How both act.
    pub by: By,
}

impl Season {
    /// Every broken rule.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut rules = Rules::default();
        for (key, values) in [("months", &self.months[..]), ("hours", &self.hours[..])] {
            rules.check(key, values.iter().all(|v| v.is_finite()), "must be finite numbers");
            let negative = self.by == By::Multiply && values.iter().any(|v| *v < 0.0);
            rules.check(key, !negative, "must not be negative where they multiply");
        }
        rules.0
    }

    /// `out = season(out)` at `stamp`.
    #[inline(always)]
    pub(super) fn apply(&self, stamp: Stamp, out: &mut Lanes) {
        let (month, hour) = (self.months[usize::from(stamp.month) % 12], self.hours[usize::from(stamp.hour) % 24]);
        let (factor, term) = match self.by {
            By::Multiply => (month * hour, 0.0),
            By::Add => (1.0, month + hour),
        };
        for lane in 0..LANES {
            out[lane] = out[lane] * factor + term;
        }
    }

    /// The greatest magnitude that any step makes of values of magnitude up to `most`.
    pub(super) fn magnitude(&self, most: f64) -> f64 {
        let greatest = |values: &[f64]| values.iter().map(|value| value.abs()).fold(0.0, f64::max);
        match self.by {
            By::Add => most + greatest(&self.months) + greatest(&self.hours),
            By::Multiply => most * greatest(&self.months) * greatest(&self.hours),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn season(by: By) -> Season {
        let mut season = Season { months: [1.0; 12], hours: [1.0; 24], by };
        (season.months[6], season.hours[13]) = (1.5, 2.0);
        season
    }

    const NOON: Stamp = Stamp { day: 190, month: 6, hour: 13 };

    #[test]
    fn factors_multiply_and_terms_add() {
        for (by, expected) in [(By::Multiply, 30.0), (By::Add, 13.5)] {
            let mut row = Lanes::splat(10.0);
            season(by).apply(NOON, &mut row);
            assert_eq!(row, Lanes::splat(expected));
            assert!((season(by).magnitude(10.0) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_negative_factor_is_a_fault_and_a_negative_term_is_not() {
        for (by, faults) in [(By::Multiply, 1), (By::Add, 0)] {
            let mut season = season(by);
            season.hours[3] = -0.1;
            assert_eq!(season.faults().len(), faults);
        }
    }
}

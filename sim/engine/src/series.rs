//! A known course of one quantity: constant, one value per step, or one course per weather year.

use std::sync::Arc;

use crate::lanes::{LANES, Lanes};
use crate::rows;

/// MW (or per unit) by step. Exogenous: it is known before the run and no decision changes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Series {
    /// The same value at every step.
    Constant(f64),
    /// One value per step, shared by all futures.
    Steps(Arc<[f64]>),
    /// `years` courses; the future's weather year picks one. Layout: `[step][year]`, so that one
    /// step's values stand together.
    Years {
        /// How many weather years.
        years: usize,
        /// Values, `step * years + year`.
        values: Arc<[f64]>,
    },
}

impl Series {
    /// From a list of weather years, each one value per step. One year becomes `Steps`.
    ///
    /// # Panics
    /// Where the years differ in length (a caller's bug: files are checked before).
    #[must_use]
    pub fn from_years(courses: &[Vec<f64>]) -> Self {
        match courses {
            [] => Self::Constant(0.0),
            [only] => Self::Steps(only.as_slice().into()),
            [first, ..] => {
                assert!(courses.iter().all(|c| c.len() == first.len()), "weather years of one length");
                let values = (0..first.len()).flat_map(|t| courses.iter().map(move |c| c[t])).collect();
                Self::Years { years: courses.len(), values }
            }
        }
    }

    /// The value at `step` in weather year `year`.
    #[must_use]
    #[inline]
    pub fn at(&self, step: usize, year: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Steps(values) => values[step],
            Self::Years { years, values } => values[step * years + year],
        }
    }

    /// The same where several courses meet: one that tells no years apart serves every year.
    #[must_use]
    #[inline]
    pub fn in_year(&self, step: usize, year: usize) -> f64 {
        self.at(step, if self.years() == 1 { 0 } else { year })
    }

    /// How many weather years it tells apart.
    #[must_use]
    pub fn years(&self) -> usize {
        if let Self::Years { years, .. } = self { *years } else { 1 }
    }

    /// How many steps it covers; `None` for a constant.
    #[must_use]
    pub fn steps(&self) -> Option<usize> {
        match self {
            Self::Constant(_) => None,
            Self::Steps(values) => Some(values.len()),
            Self::Years { years, values } => Some(values.len() / years),
        }
    }

    /// Greatest value over all steps and years.
    #[must_use]
    pub fn greatest(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Steps(values) | Self::Years { values, .. } => values.iter().copied().fold(f64::MIN, f64::max),
        }
    }

    /// The same course with every value passed through `change(step, value)`.
    #[must_use]
    pub fn map(&self, steps: usize, change: impl Fn(usize, f64) -> f64) -> Self {
        match self {
            Self::Constant(value) => Self::Steps((0..steps).map(|t| change(t, *value)).collect()),
            Self::Steps(values) => Self::Steps(values.iter().enumerate().map(|(t, v)| change(t, *v)).collect()),
            Self::Years { years, values } => Self::Years {
                years: *years,
                values: values.iter().enumerate().map(|(i, v)| change(i / years, *v)).collect(),
            },
        }
    }

    /// `out = units * value` at `step`, each lane in its own weather year.
    #[inline(always)]
    pub(crate) fn scale(&self, step: usize, weather: &Lanes<u32>, units: &Lanes, out: &mut Lanes) {
        let shared = match self {
            Self::Constant(value) => *value,
            Self::Steps(values) => values[step],
            Self::Years { years, values } => {
                let row = &values[step * years..(step + 1) * years];
                for lane in 0..LANES {
                    out[lane] = units[lane] * row[weather[lane] as usize];
                }
                return;
            }
        };
        rows::scale(out, units, shared);
    }
}

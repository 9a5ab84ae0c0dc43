//! A known course of one quantity over the horizon: constant, by step, or by step and weather year.
//!
//! No reading of files and no calendar: whoever fills a course has done both.

use std::sync::Arc;

/// MW by step, known before the study.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// The same value at every step.
    Constant(f64),
    /// One value per step, the same in every weather year.
    Steps(Arc<[f64]>),
    /// One value per step and weather year; each year has the same weight.
    Years {
        /// How many weather years.
        years: usize,
        /// Values, `step * years + year`.
        values: Arc<[f64]>,
    },
}

impl Course {
    /// The value in MW at `step` of weather year `year`; the course has been checked before.
    pub(crate) fn at(&self, step: usize, year: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Steps(values) | Self::Years { years: 1, values } => values[step],
            Self::Years { years, values } => values[step * years + year],
        }
    }

    /// Every value, in the order of its layout.
    pub(crate) fn values(&self) -> &[f64] {
        match self {
            Self::Constant(value) => std::slice::from_ref(value),
            Self::Steps(values) | Self::Years { values, .. } => values,
        }
    }

    /// How many weather years it tells apart.
    pub(crate) fn years(&self) -> usize {
        if let Self::Years { years, .. } = self { *years } else { 1 }
    }

    /// Greatest value in MW, at least 0.
    pub(crate) fn greatest(&self) -> f64 {
        self.values().iter().copied().fold(0.0, f64::max)
    }
}

impl From<f64> for Course {
    fn from(value: f64) -> Self {
        Self::Constant(value)
    }
}

impl From<Vec<f64>> for Course {
    fn from(values: Vec<f64>) -> Self {
        Self::Steps(values.into())
    }
}

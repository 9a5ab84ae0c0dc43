//! The angle of a gate: a number, or a parameter that gets one later.

/// In radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Angle {
    /// A number.
    Fixed(f64),
    /// `scale * parameter[index] + offset`.
    Parameter {
        /// Position among the circuit's parameters.
        index: usize,
        /// Factor.
        scale: f64,
        /// Summand, radians.
        offset: f64,
    },
}

impl From<f64> for Angle {
    fn from(value: f64) -> Self {
        Self::Fixed(value)
    }
}

impl Angle {
    /// The angle times a factor.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        match self {
            Self::Fixed(value) => Self::Fixed(value * factor),
            Self::Parameter { index, scale, offset } => {
                Self::Parameter { index, scale: scale * factor, offset: offset * factor }
            }
        }
    }

    /// The angle with its parameter's value.
    #[must_use]
    pub fn bind(self, values: &[f64]) -> Self {
        match self {
            Self::Fixed(value) => Self::Fixed(value),
            Self::Parameter { index, scale, offset } => Self::Fixed(scale * values[index] + offset),
        }
    }

    /// The number, where it has one.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Fixed(value) => Some(value),
            Self::Parameter { .. } => None,
        }
    }
}

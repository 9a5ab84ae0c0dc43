//! Values of expressions: numbers, and angles that hang on one input.

use std::f64::consts::{E, PI, TAU};

use super::syntax::Binary;
use crate::circuit::Angle;

/// What an expression comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// `scale * input + offset`.
    Input { index: usize, scale: f64, offset: f64 },
    /// Of something whose fault is already told, or of a gate's parameter while the gate is checked.
    Unknown,
}

/// Why there is no value.
pub(super) type Reason = &'static str;

const OVERFLOW: Reason = "this does not fit a whole number of 64 bits";
/// A quotient that would be rounded.
const INEXACT: Reason = "divides whole numbers with a remainder, which the language drops: write 3.0/2 for the number";
const NOT_LINEAR: Reason = "an angle may be an input times a number plus a number, not more";

/// The names that are numbers everywhere.
pub(super) const CONSTANTS: [(&str, f64); 6] =
    [("pi", PI), ("π", PI), ("tau", TAU), ("τ", TAU), ("euler", E), ("ℇ", E)];

/// A function of one number.
type Function = fn(f64) -> f64;

/// The functions by name.
pub(super) const FUNCTIONS: [(&str, Function); 13] = [
    ("sin", libm::sin),
    ("cos", libm::cos),
    ("tan", libm::tan),
    ("arcsin", libm::asin),
    ("arccos", libm::acos),
    ("arctan", libm::atan),
    ("exp", libm::exp),
    ("log", libm::log),
    ("ln", libm::log),
    ("sqrt", libm::sqrt),
    ("floor", libm::floor),
    ("ceiling", libm::ceil),
    ("abs", libm::fabs),
];

impl Value {
    /// The value as a number, where it is one.
    pub fn real(self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "a number was asked for")]
            Self::Integer(value) => Some(value as f64),
            Self::Real(value) => Some(value),
            _ => None,
        }
    }

    /// The value as an angle; unknown ones are 0, and no circuit comes of them.
    pub fn angle(self) -> Angle {
        match self {
            Self::Input { index, scale, offset } => Angle::Parameter { index, scale, offset },
            known => Angle::Fixed(known.real().unwrap_or(0.0)),
        }
    }

    /// Whether all its numbers are finite.
    pub fn is_finite(self) -> bool {
        match self {
            Self::Input { scale, offset, .. } => scale.is_finite() && offset.is_finite(),
            other => other.real().is_none_or(f64::is_finite),
        }
    }

    pub fn negated(self) -> Result<Self, Reason> {
        match self {
            Self::Integer(value) => value.checked_neg().map(Self::Integer).ok_or(OVERFLOW),
            other => other.times(-1.0),
        }
    }

    /// The value times a number.
    fn times(self, factor: f64) -> Result<Self, Reason> {
        Ok(match self {
            Self::Input { index, scale, offset } => {
                Self::Input { index, scale: scale * factor, offset: offset * factor }
            }
            Self::Unknown => Self::Unknown,
            other => Self::Real(other.real().ok_or(NOT_LINEAR)? * factor),
        })
    }

    fn plus(self, other: Self) -> Result<Self, Reason> {
        match (self, other) {
            (Self::Input { index, scale, offset }, Self::Input { index: i, scale: s, offset: o }) if index == i => {
                Ok(Self::Input { index, scale: scale + s, offset: offset + o })
            }
            (Self::Input { index, scale, offset }, number) | (number, Self::Input { index, scale, offset }) => {
                let number = number.real().ok_or("an angle may hang on one input only")?;
                Ok(Self::Input { index, scale, offset: offset + number })
            }
            _ => self.number(other, |a, b| a + b),
        }
    }

    fn number(self, other: Self, result: impl Fn(f64, f64) -> f64) -> Result<Self, Reason> {
        match (self.real(), other.real()) {
            (Some(a), Some(b)) => Ok(Self::Real(result(a, b))),
            _ => Err(NOT_LINEAR),
        }
    }

    /// `self operator other`. Two whole numbers give a whole number, as the language has it, also
    /// when they are divided, where that leaves no remainder; `real_division` is for version 2, where they give a number.
    pub fn binary(self, operator: Binary, other: Self, real_division: bool) -> Result<Self, Reason> {
        if self == Self::Unknown || other == Self::Unknown {
            return Ok(Self::Unknown);
        }
        if let (Self::Integer(a), Self::Integer(b)) = (self, other)
            && !(real_division && operator == Binary::Divide)
        {
            return integers(operator, a, b);
        }
        match operator {
            Binary::Add => self.plus(other),
            Binary::Subtract => self.plus(other.negated()?),
            Binary::Multiply => match (self.real(), other.real()) {
                (_, Some(factor)) => self.times(factor),
                (Some(factor), _) => other.times(factor),
                _ => Err(NOT_LINEAR),
            },
            Binary::Divide => match (self, other.real()) {
                (_, None) => Err(NOT_LINEAR),
                (Self::Input { .. }, Some(divisor)) => self.times(1.0 / divisor),
                // Not times 1/divisor: the quotient itself is rounded once.
                (_, Some(_)) => self.number(other, |a, b| a / b),
            },
            Binary::Remainder => self.number(other, libm::fmod),
            Binary::Power => self.number(other, libm::pow),
        }
    }

    /// A function's value, if there is one of that name.
    pub fn call(name: &str, arguments: &[Self]) -> Option<Result<Self, Reason>> {
        if let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
            return Some(match arguments {
                [Self::Unknown] => Ok(Self::Unknown),
                [argument] => argument.real().map(|x| Self::Real(function(x))).ok_or(NOT_LINEAR),
                _ => Err("takes one argument"),
            });
        }
        let operator = match name {
            "pow" => Binary::Power,
            "mod" => Binary::Remainder,
            _ => return None,
        };
        Some(match arguments {
            [a, b] => a.binary(operator, *b, false),
            _ => Err("takes two arguments"),
        })
    }
}

fn integers(operator: Binary, a: i64, b: i64) -> Result<Value, Reason> {
    let whole = match operator {
        Binary::Add => a.checked_add(b),
        Binary::Subtract => a.checked_sub(b),
        Binary::Multiply => a.checked_mul(b),
        Binary::Divide | Binary::Remainder if b == 0 => return Err("division of a whole number by 0"),
        // The language rounds towards 0, so that `3/2*pi` is `pi` and `pow(1/2) @ x` nothing at all: who
        // writes that hardly ever means it.
        Binary::Divide if a.checked_rem(b).is_some_and(|left| left != 0) => return Err(INEXACT),
        Binary::Divide => a.checked_div(b),
        Binary::Remainder => a.checked_rem(b),
        Binary::Power if b < 0 => return Value::Integer(a).number(Value::Integer(b), libm::pow),
        Binary::Power => u32::try_from(b).ok().and_then(|exponent| a.checked_pow(exponent)),
    };
    whole.map(Value::Integer).ok_or(OVERFLOW)
}

//! What is wrong with an input, all of it at once, and the one error of this crate.
//!
//! A [`Fault`] says place, value, rule and what to do. Not here: the checks themselves, which stand
//! beside the data they check (`check.rs`, `reserve/check.rs`).

use std::fmt;

use serde::Serialize;
use thiserror::Error;

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: the kind and name of the thing and the field, as in `order "a": price`.
    pub place: String,
    /// The value found there, as text.
    pub value: String,
    /// The rule that it breaks.
    pub rule: String,
    /// What to write instead.
    pub suggestion: String,
}

impl Fault {
    /// A fault at `place`.
    pub fn new(place: impl Into<String>, value: impl fmt::Display, rule: &str, suggestion: impl Into<String>) -> Self {
        Self { place: place.into(), value: value.to_string(), rule: rule.to_owned(), suggestion: suggestion.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}: {}; {}", self.place, self.value, self.rule, self.suggestion)
    }
}

/// Why a market cannot be cleared, priced or settled.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MarketError {
    /// The input breaks rules; every fault found is listed.
    #[error("{} fault(s) in the market's input:\n{}", .0.len(), list(.0))]
    Input(Vec<Fault>),
    /// Not an active currency of ISO 4217 with a smallest unit.
    #[error("currency \"{0}\" is not an active ISO 4217 code with a smallest unit; write three capitals as in \"EUR\"")]
    UnknownCurrency(String),
    /// An amount of money is beyond 2^53 smallest units, where a double no longer counts single units.
    #[error("{what} is {value} smallest units: amounts stay within 2^53; settle shorter intervals or smaller volumes")]
    Overflow {
        /// Whose amount.
        what: String,
        /// The amount, as text.
        value: String,
    },
    /// The entries of a transaction do not sum to zero.
    #[error("the entries of interval {interval} sum to {sum} smallest units: they must sum to zero")]
    Unbalanced {
        /// The interval of the transaction.
        interval: u64,
        /// What they sum to.
        sum: i128,
    },
    /// The linear program could not be solved; the text says why.
    #[error("the linear program was not solved: {0}")]
    Program(String),
    /// Curves so steep that doubles find no balance; never seen, and never hidden.
    #[error("period {period}: no balance was found in double precision; give curves at least 1e-6 per MWh of width")]
    NoBalance {
        /// The period, from 0.
        period: usize,
    },
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

/// `Ok` without faults, else all of them.
pub(crate) fn none_or_all(faults: Vec<Fault>) -> Result<(), MarketError> {
    if faults.is_empty() { Ok(()) } else { Err(MarketError::Input(faults)) }
}

//! Series into features by fixed random circuits, for a linear readout that is fitted elsewhere.
//!
//! [`FeatureMap`] takes a window as a whole; [`Reservoir`] takes a series value by value and forgets.
//! Nothing in them is fitted: each is fixed by (seed, name, qubits, depth), and the same series gives
//! the same bits on any number of threads. Both give the expectation of `Z` on each qubit and of
//! `Z Z` on each pair. A feature after a value depends on that value and on earlier ones only.

mod map;
mod readout;
mod reservoir;

use std::ops::RangeInclusive;

use crate::error::Error;
pub use map::FeatureMap;
pub use reservoir::{LEAST_RESERVOIR_DEPTH, MOST_RESERVOIR_QUBITS, Reservoir};

/// Faults that are told at once.
const MOST_FAULTS: usize = 20;

/// What a feature circuit is fixed by, and how it takes its input.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Seed of the draws.
    pub seed: u64,
    /// Name of the stream: two names give independent circuits.
    pub name: String,
    /// Number of qubits.
    pub qubits: u32,
    /// Number of layers.
    pub depth: u32,
    /// Radians per unit of the series; with a standardised series about 1, and less for smoother
    /// features (R. Shaydulin, S. Wild, "Importance of kernel bandwidth in quantum machine
    /// learning", Phys. Rev. A 106 (2022) 042407).
    pub bandwidth: f64,
}

impl Design {
    /// The names of the features in order, as Pauli strings with qubit 0 on the left: `ZII`, `IZI`,
    /// `IIZ`, `ZZI`, `ZIZ`, `IZZ`.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let label =
            |mask: usize| (0..self.qubits).map(|qubit| if mask >> qubit & 1 == 1 { 'Z' } else { 'I' }).collect();
        readout::masks(self.qubits).map(label).collect()
    }

    /// Tells everything that is wrong.
    fn check(&self, qubits: RangeInclusive<u32>, depth: RangeInclusive<u32>) -> Result<(), Error> {
        let mut faults = Vec::new();
        for (what, value, possible) in [("qubits", self.qubits, qubits), ("layers", self.depth, depth)] {
            if !possible.contains(&value) {
                let (least, most) = possible.into_inner();
                faults.push(format!("{value} {what}; from {least} to {most} are possible"));
            }
        }
        if !(self.bandwidth.is_finite() && self.bandwidth > 0.0) {
            faults.push(format!("a bandwidth of {}; it is a number above 0", self.bandwidth));
        }
        Error::if_any(faults)
    }
}

/// Tells values that are no numbers and windows of a wrong length.
fn check_windows<W: AsRef<[f64]>>(windows: &[W], len: Option<usize>) -> Result<(), Error> {
    let wrong_len = windows.iter().enumerate().filter_map(|(at, window)| {
        let (found, len) = (window.as_ref().len(), len?);
        (found != len).then(|| format!("window {at} has {found} values; {len} are needed"))
    });
    let not_finite = windows.iter().enumerate().flat_map(|(at, window)| {
        let values = window.as_ref().iter().enumerate().filter(|(_, value)| !value.is_finite());
        values.map(move |(place, value)| format!("window {at}: value {place} is {value}"))
    });
    Error::if_any(wrong_len.chain(not_finite).take(MOST_FAULTS).collect())
}

//! Factors: a process's value, or its being active, multiplied onto a quantity of an asset.

use crate::lanes::{LANES, Lanes};
use crate::processes::Processes;

/// What a process does to a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// Index of the process in [`crate::Model::processes`].
    pub process: usize,
    /// How its value becomes a factor.
    pub effect: Effect,
}

/// How a process's value becomes a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// The value itself.
    Value,
    /// This number while the value is not 1 (a risk that is active), else 1.
    WhenActive(f64),
}

impl Factor {
    /// `row *= factor`.
    #[inline(always)]
    pub(crate) fn apply(self, processes: &Processes, row: &mut Lanes) {
        let value = processes.value(self.process);
        match self.effect {
            Effect::Value => {
                for lane in 0..LANES {
                    row[lane] *= value[lane];
                }
            }
            #[expect(clippy::float_cmp, reason = "an idle risk is exactly 1")]
            Effect::WhenActive(factor) => {
                for lane in 0..LANES {
                    row[lane] *= if value[lane] == 1.0 { 1.0 } else { factor };
                }
            }
        }
    }

    /// The greatest magnitude it can have.
    fn magnitude(self, processes: &Processes) -> f64 {
        match self.effect {
            Effect::Value => processes.magnitude(self.process),
            Effect::WhenActive(factor) => factor.max(1.0),
        }
    }
}

/// The greatest magnitude that `factors` can have together: what scales of sums are made for. Rare
/// tails would cost all resolution, so it is cut; a sum beyond its scale ends a run with an error.
pub(crate) fn magnitude(factors: &[Factor], processes: &Processes) -> f64 {
    const MOST: f64 = 1e6;
    let product: f64 = factors.iter().map(|factor| factor.magnitude(processes)).product();
    if product < MOST { product } else { MOST }
}

/// Multiplies `row` by `factors`, and cuts it at 0: power, supply and load have no sign to lose.
#[inline(always)]
pub(crate) fn apply_to_power(factors: &[Factor], processes: &Processes, row: &mut Lanes) {
    if factors.is_empty() {
        return;
    }
    factors.iter().for_each(|factor| factor.apply(processes, row));
    for lane in 0..LANES {
        row[lane] = if row[lane] > 0.0 { row[lane] } else { 0.0 };
    }
}

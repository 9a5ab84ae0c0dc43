//! The energy ledger of a step: in = out + stored + lost, per lane.
//!
//! Each entry is posted by whoever moved the energy, from its own figures; closing compares the
//! two sides. A gap is an error of the program, never a warning.

use crate::lanes::{LANES, Lanes};

/// Greatest gap allowed, relative to the energy that entered the step.
pub const TOLERANCE: f64 = 1e-9;

/// Entries of one step in MW (energy over the step's length), per lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// Injected by generators.
    pub generated: Lanes,
    /// Added to what is stored (negative: taken out).
    pub stored: Lanes,
    /// Lost in storage.
    pub lost: Lanes,
    /// Greatest gap beyond the tolerance so far, MW; at most 0 while the ledger closes.
    pub beyond_mw: Lanes,
}

impl Ledger {
    /// Compares the two sides, with what loads wanted and what of it was not served, and remembers by how much they differ beyond rounding.
    #[inline(always)]
    pub fn close(&mut self, load_mw: &Lanes, unserved_mw: &Lanes) {
        let Self { generated, stored, lost, beyond_mw } = self;
        for lane in 0..LANES {
            let gap = (generated[lane] - (load_mw[lane] - unserved_mw[lane]) - stored[lane] - lost[lane]).abs();
            let size = generated[lane].abs() + stored[lane].abs() + 1.0;
            let beyond = gap - TOLERANCE * size;
            // Written so that a NaN, too, replaces the worst.
            beyond_mw[lane] = if beyond <= beyond_mw[lane] { beyond_mw[lane] } else { beyond };
        }
    }

    /// The greatest gap beyond the tolerance of the first `active` lanes, MW: 0 where it closes.
    pub fn beyond_mw(&self, active: usize) -> f64 {
        // A NaN anywhere must not pass for a closed ledger.
        let worse = |worst: f64, gap: &f64| if gap.is_nan() { f64::INFINITY } else { gap.max(worst) };
        self.beyond_mw[..active].iter().fold(0.0, worse)
    }
}

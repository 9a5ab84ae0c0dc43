//! The energy ledger of a step: in = out + stored + lost, per lane.
//!
//! Each entry is posted by whoever moved the energy, from its own figures; closing compares the
//! two sides. A gap is an error of the program, never a warning.

use bevy_ecs::resource::Resource;

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
    /// Lost in storage, or given although nobody could take it.
    pub lost: Lanes,
    /// Rounding that the stored energy itself has, MW: of a store of any size the last digits are not
    /// kept.
    pub slack_mw: f64,
    /// Greatest gap beyond the tolerance so far, MW; at most 0 while the ledger closes.
    pub beyond_mw: Lanes,
}

impl Ledger {
    /// Compares the two sides, with what loads wanted and what of it was not served, and remembers by
    /// how much they differ beyond rounding.
    #[inline(always)]
    pub fn close(&mut self, load_mw: &Lanes, unserved_mw: &Lanes) {
        let Self { generated, stored, lost, slack_mw, beyond_mw } = self;
        for lane in 0..LANES {
            let gap = (generated[lane] - (load_mw[lane] - unserved_mw[lane]) - stored[lane] - lost[lane]).abs();
            let size = generated[lane].abs() + stored[lane].abs() + 1.0;
            let beyond = gap - TOLERANCE * size - *slack_mw;
            // Written so that a NaN, too, replaces the worst.
            beyond_mw[lane] = if beyond <= beyond_mw[lane] { beyond_mw[lane] } else { beyond };
        }
    }

    /// The same where flexible demand took some, and some was given that nobody could take.
    #[inline(always)]
    pub fn close_with(&mut self, load_mw: &Lanes, unserved_mw: &Lanes, taken_mw: &Lanes, excess_mw: &Lanes) {
        let mut out = *load_mw;
        for lane in 0..LANES {
            out[lane] += taken_mw[lane] + excess_mw[lane];
        }
        self.close(&out, unserved_mw);
    }

    /// The greatest gap beyond the tolerance of the first `active` lanes, MW: 0 where it closes.
    pub fn beyond_mw(&self, active: usize) -> f64 {
        // A NaN anywhere must not pass for a closed ledger.
        let worse = |worst: f64, gap: &f64| if gap.is_nan() { f64::INFINITY } else { gap.max(worst) };
        self.beyond_mw[..active].iter().fold(0.0, worse)
    }
}

/// The bodies' own balances: each shows what entered, left, was stored and lost within it.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct Audit {
    ledger: Ledger,
}

impl Audit {
    /// One body's balance of the step, MW per lane.
    #[inline(always)]
    pub fn post(&mut self, input: &Lanes, output: &Lanes, stored: &Lanes, lost: &Lanes) {
        self.ledger.generated = *input;
        self.ledger.stored = *stored;
        self.ledger.lost = *lost;
        self.ledger.close(output, &Lanes::default());
    }

    /// The greatest gap beyond the tolerance of the first `active` lanes, MW.
    pub fn beyond_mw(&self, active: usize) -> f64 {
        self.ledger.beyond_mw(active)
    }
}

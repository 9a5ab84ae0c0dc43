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
    /// Withdrawn by loads that were served.
    pub served: Lanes,
    /// Added to what is stored (negative: taken out).
    pub stored: Lanes,
    /// Lost in storage.
    pub lost: Lanes,
    /// Greatest relative gap so far.
    pub worst: Lanes,
}

impl Ledger {
    /// Compares the two sides and remembers the greatest relative gap.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
    pub fn close(&mut self) {
        for lane in 0..LANES {
            let gap = self.generated[lane] - self.served[lane] - self.stored[lane] - self.lost[lane];
            let size = self.generated[lane].abs() + self.stored[lane].abs() + 1.0;
            self.worst[lane] = self.worst[lane].max(gap.abs() / size);
        }
    }

    /// The greatest relative gap of the first `active` lanes.
    pub fn worst(&self, active: usize) -> f64 {
        // A NaN anywhere must not pass for a closed ledger.
        self.worst[..active].iter().fold(0.0, |worst, gap| if gap.is_nan() { f64::INFINITY } else { gap.max(worst) })
    }
}

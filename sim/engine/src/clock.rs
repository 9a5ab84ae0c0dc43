//! Study time: steps, and the calendar they fall on.
//!
//! No time zone and no date arithmetic lives here: whoever builds the model says, per step, which
//! day, month and hour (UTC) its start falls in.

use std::sync::Arc;

/// Where the start of a step falls in the calendar (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Calendar days since the day of step 0.
    pub day: u32,
    /// 0 = January.
    pub month: u8,
    /// Hour of the day, 0-23.
    pub hour: u8,
}

/// The horizon: `steps()` intervals of `step_h` hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Start of step 0 in seconds since 1970-01-01T00:00:00Z, without leap seconds: where the Sun is.
    pub start_unix_s: i64,
    /// Length of a step in hours.
    pub step_h: f64,
    /// One entry per step.
    pub stamps: Arc<[Stamp]>,
}

impl Clock {
    /// How many steps the horizon has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.stamps.len()
    }

    /// Length of the horizon in hours.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a horizon has far fewer than 2^52 steps")]
    pub fn horizon_h(&self) -> f64 {
        self.step_h * self.steps() as f64
    }

    /// The middle of a step in seconds since 1970-01-01T00:00:00Z: labels mark starts, the Sun of a step
    /// is that of its middle.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "seconds within the calendar are far below 2^52")]
    pub fn middle_unix_s(&self, step: usize) -> f64 {
        self.start_unix_s as f64 + (step as f64 + 0.5) * self.step_h * 3600.0
    }
}

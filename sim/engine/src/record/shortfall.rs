//! Shortfall of one scope (the system or a bus), counted only where it happens.
//!
//! An hour is short when firm load goes without by more than the tolerance; consecutive short
//! steps are one event; an event that runs at step 0 counts.

use crate::lanes::Lanes;

const NEVER: u32 = u32::MAX;

/// Counts per lane since the horizon's start.
#[derive(Clone, Debug)]
pub(crate) struct Shortfall {
    /// Short steps.
    pub steps: Lanes,
    /// Days with a short step.
    pub days: Lanes,
    /// Events.
    pub events: Lanes,
    /// Unserved, in MW times steps.
    pub unserved: Lanes,
    /// Sum over events of each event's deepest shortfall, MW.
    pub depths_mw: Lanes,
    /// Longest event, steps.
    pub longest: Lanes,
    /// Deepest shortfall, MW.
    pub deepest_mw: Lanes,
    last_step: Lanes<u32>,
    last_day: Lanes<u32>,
    run: Lanes,
    run_depth_mw: Lanes,
}

impl Default for Shortfall {
    fn default() -> Self {
        let zero = Lanes::default();
        Self {
            steps: zero,
            days: zero,
            events: zero,
            unserved: zero,
            depths_mw: zero,
            longest: zero,
            deepest_mw: zero,
            last_step: Lanes::splat(NEVER),
            last_day: Lanes::splat(NEVER),
            run: zero,
            run_depth_mw: zero,
        }
    }
}

impl Shortfall {
    /// Step `step` of day `day` left `mw` unserved in `lane`; `short` says whether that is more
    /// than rounding. Called in time order.
    pub fn add(&mut self, lane: usize, step: u32, day: u32, mw: f64, short: bool) {
        self.unserved[lane] += mw;
        if !short {
            return;
        }
        self.steps[lane] += 1.0;
        if self.last_day[lane] != day {
            self.days[lane] += 1.0;
            self.last_day[lane] = day;
        }
        let goes_on = step > 0 && self.last_step[lane] == step - 1;
        if !goes_on {
            self.events[lane] += 1.0;
            self.run[lane] = 0.0;
            self.run_depth_mw[lane] = 0.0;
        }
        self.last_step[lane] = step;
        self.run[lane] += 1.0;
        self.longest[lane] = self.longest[lane].max(self.run[lane]);
        if mw > self.run_depth_mw[lane] {
            // The event's depth so far is already in the sum: add what it has grown by.
            self.depths_mw[lane] += mw - self.run_depth_mw[lane];
            self.run_depth_mw[lane] = mw;
        }
        self.deepest_mw[lane] = self.deepest_mw[lane].max(mw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps 0, 1 (10 then 30 MW), 5 (20 MW) and, a day later, 24 (5 MW): three events.
    #[test]
    fn events_are_runs_of_short_steps() {
        let mut shortfall = Shortfall::default();
        for (step, day, mw) in [(0, 0, 10.0), (1, 0, 30.0), (5, 0, 20.0), (24, 1, 5.0)] {
            shortfall.add(3, step, day, mw, true);
        }
        let got = [
            shortfall.steps[3],
            shortfall.days[3],
            shortfall.events[3],
            shortfall.unserved[3],
            shortfall.depths_mw[3],
            shortfall.longest[3],
            shortfall.deepest_mw[3],
        ];
        assert_eq!(got, [4.0, 2.0, 3.0, 65.0, 55.0, 2.0, 30.0]);
        assert_eq!(shortfall.steps[2], 0.0);
    }
}

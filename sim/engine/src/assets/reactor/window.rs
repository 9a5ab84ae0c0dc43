//! The window of a step: between which mean powers the core may run, and where it then ends.
//!
//! Joins the rules of the core with what outages, derating and refuelling leave. It moves no state
//! and knows no port; powers are relative to rated power.

use super::Reactor;
use super::envelope::{Envelope, Reach};
use super::refusal::Reason;
use super::request::{AVAILABLE, FORCED_OUTAGE, REFUELLING, Request, Rules};
use super::xenon::Xenon;
use crate::lanes::{LANES, Lanes};

/// Code of a refusal by a partial outage or a process, after those of [`Reason`].
pub const DERATED: u8 = 9;
/// Code of a refusal because heat was taken from the turbine.
pub const HEAT_TAKEN: u8 = 10;
/// Differences of relative power below this are rounding.
pub const ROUNDING_PU: f64 = 1e-9;

/// What may be asked of every future's core in a step.
pub struct Window {
    /// What the core allows.
    pub rules: Rules,
    /// Ramps.
    pub envelope: Envelope,
    reach: Reach,
    step_min: f64,
    /// Power at the start of the step, after what was taken away at once.
    pub start_pu: Lanes,
    /// Least and greatest power at the end of the step; both 0: off.
    pub end_pu: [Lanes; 2],
    /// Least and greatest mean power over the step.
    pub mean_pu: [Lanes; 2],
    /// What outages, derating and refuelling leave.
    ceiling_pu: Lanes,
    condition: Lanes<u8>,
    /// The start and ends to which the means belong.
    known: [Lanes; 3],
}

impl Window {
    /// The window of a faultless reactor in steps of `step_h` hours.
    #[must_use]
    pub fn new(reactor: &Reactor, step_h: f64) -> Self {
        let (zero, step_min) = (Lanes::default(), 60.0 * step_h);
        let envelope = Envelope::new(&reactor.envelope);
        Self {
            rules: Rules::new(reactor.core.clone(), &reactor.envelope),
            reach: envelope.reach(1.0, step_min),
            envelope,
            step_min,
            start_pu: zero,
            end_pu: [zero; 2],
            mean_pu: [zero; 2],
            ceiling_pu: zero,
            condition: Lanes::splat(AVAILABLE),
            known: [Lanes::splat(f64::NAN); 3],
        }
    }

    /// The window at `power_pu`, with `up_pu` of the unit up.
    #[inline(always)]
    pub fn open(&mut self, power_pu: &Lanes, up_pu: &Lanes, refuelling: u64, xenon: &Xenon, efpd: &Lanes) {
        for lane in 0..LANES {
            let up = if up_pu[lane] < 1.0 { up_pu[lane] } else { 1.0 };
            let planned = refuelling >> lane & 1 == 1;
            let ceiling = if planned || up <= 0.0 { 0.0 } else { up };
            let down = if planned { REFUELLING } else { FORCED_OUTAGE };
            self.condition[lane] = if ceiling > 0.0 { AVAILABLE } else { down };
            self.ceiling_pu[lane] = ceiling;
            self.start_pu[lane] = if power_pu[lane] < ceiling { power_pu[lane] } else { ceiling };
        }
        self.reach.update(&self.envelope, &self.start_pu);
        let off = Lanes::default();
        let Self { reach, condition, .. } = &*self;
        let request = Request { wish_pu: &off, reach, xenon, burnup_efpd: efpd, condition };
        let answer = self.rules.answer(&request);
        for lane in 0..LANES {
            let (low, high) = (answer.p_min_pu[lane], answer.p_max_pu[lane]);
            // Xenon that grows faster than the ramps is followed at their rate.
            let nearest = if high > 0.0 { self.reach.end_pu[0][lane] } else { 0.0 };
            let high = if high < self.ceiling_pu[lane] { high } else { self.ceiling_pu[lane] };
            let high = if high > nearest { high } else { nearest };
            let low = if low > nearest { low } else { nearest };
            self.end_pu[1][lane] = high;
            self.end_pu[0][lane] = if low < high { low } else { high };
        }
        self.means();
    }

    /// Means of the ends, where they have changed since the step before.
    #[inline(always)]
    fn means(&mut self) {
        let mut changed = 0_u64;
        let now = [&self.start_pu, &self.end_pu[0], &self.end_pu[1]];
        for (now, known) in now.into_iter().zip(&self.known) {
            for lane in 0..LANES {
                changed |= now[lane].to_bits() ^ known[lane].to_bits();
            }
        }
        if changed != 0 {
            self.renew();
        }
    }

    #[cold]
    #[inline(never)]
    fn renew(&mut self) {
        self.known = [self.start_pu, self.end_pu[0], self.end_pu[1]];
        for side in 0..2 {
            for lane in 0..LANES {
                let (start, end) = (self.start_pu[lane], self.end_pu[side][lane]);
                let mean = self.envelope.mean(start, end, self.step_min);
                // Off is at once: no energy on the way.
                self.mean_pu[side][lane] = if end > 0.0 { mean } else { 0.0 };
            }
        }
    }

    /// Power at the end of a step of this mean, within the window.
    #[must_use]
    pub fn end_of(&self, mean_pu: f64, lane: usize) -> f64 {
        let [low, high] = [self.end_pu[0][lane], self.end_pu[1][lane]];
        self.envelope.end_of_mean(self.start_pu[lane], mean_pu, self.step_min).min(high).max(low)
    }

    /// Whether the core gives no power in this step.
    #[must_use]
    #[inline(always)]
    pub fn is_closed(&self, lane: usize) -> bool {
        self.end_pu[1][lane] <= 0.0
    }

    /// Why not more: the limit that binds in `lane`, where `wish_pu` was wished and `heat` was taken.
    #[must_use]
    pub fn why(&self, xenon: &Xenon, efpd: f64, wish_pu: f64, heat: bool, lane: usize) -> u8 {
        match self.condition[lane] {
            FORCED_OUTAGE => return Reason::ForcedOutage as u8,
            REFUELLING => return Reason::Refuelling as u8,
            _ => {}
        }
        let worst = xenon.xenon[lane].max(xenon.ahead()[lane]);
        let allowed = self.rules.core.allowed_power(worst, efpd);
        // Would equilibrium xenon allow it? Then only the xenon stands in the way.
        let fresh = self.rules.core.allowed_power(1.0, efpd);
        if self.is_closed(lane) {
            let xenon = fresh + ROUNDING_PU >= self.rules.min_load_pu;
            return if xenon { Reason::XenonPrecluded as u8 } else { Reason::StretchOut as u8 };
        }
        let (reach, ceiling) = (self.reach.end_pu[1][lane], self.ceiling_pu[lane]);
        if allowed < reach && allowed < ceiling && allowed < 1.0 {
            let xenon = fresh + ROUNDING_PU >= wish_pu.min(1.0);
            return if xenon { Reason::Xenon as u8 } else { Reason::StretchOut as u8 };
        }
        if self.mean_pu[1][lane] + ROUNDING_PU < ceiling {
            Reason::Ramp as u8
        } else if heat && ceiling >= 1.0 {
            HEAT_TAKEN
        } else {
            DERATED
        }
    }
}

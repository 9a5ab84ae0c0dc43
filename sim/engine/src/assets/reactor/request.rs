//! Request and answer: what power the core grants for the step, and why not what was wished.
//!
//! It decides from the present state and moves nothing: xenon, burnup and power are stepped by their
//! own rooms with the granted power. A wish outside the window is refused with its reason, never
//! clipped in silence. Shutting down is always granted.

use super::envelope::{EnvelopeTable, Reach};
use super::reactivity::ReactivityBalance;
use super::refusal::{Reason, Refusal};
use super::xenon::{Xenon, XenonModel};
use crate::lanes::{LANES, Lanes};

/// A unit that can run.
pub const AVAILABLE: u8 = 0;
/// A unit in forced outage.
pub const FORCED_OUTAGE: u8 = 1;
/// A unit in refuelling.
pub const REFUELLING: u8 = 2;

/// Differences of relative power below this are rounding, not a wish.
const ROUNDING_PU: f64 = 1e-9;

/// What the decision rests on besides the state.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Reactivity balance of the core.
    pub core: ReactivityBalance,
    /// Least power that can be held, relative; also the power a start must be able to reach.
    pub min_load_pu: f64,
    /// Burnup in effective full power days after which power no longer follows load.
    pub flexible_until_efpd: f64,
}

/// The present state and the wish of every future; powers relative to rated power.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Power wished for the end of the step; 0 or below: off.
    pub wish_pu: &'a Lanes,
    /// Powers reachable within the step, up to date with the present power.
    pub reach: &'a Reach,
    /// Iodine and xenon now.
    pub xenon: &'a Xenon,
    /// Burnup in effective full power days of this cycle.
    pub burnup_efpd: &'a Lanes,
    /// [`AVAILABLE`], [`FORCED_OUTAGE`] or [`REFUELLING`].
    pub condition: &'a Lanes<u8>,
}

/// The window granted and the answer to the wish; powers relative to rated power.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Least power that is granted besides off.
    pub p_min_pu: Lanes,
    /// Greatest power that is granted.
    pub p_max_pu: Lanes,
    /// The wish where it is granted, else the power of the window nearest to it.
    pub granted_pu: Lanes,
    /// [`Reason`] as a number: 0 where the wish is granted.
    pub reason: Lanes<u8>,
}

impl Rules {
    /// Rules of a core with the limits of an envelope.
    #[must_use]
    pub fn new(core: ReactivityBalance, table: &EnvelopeTable) -> Self {
        let flexible_until_efpd = table.flexible_share * core.cycle_efpd;
        Self { core, min_load_pu: table.min_load_pu, flexible_until_efpd }
    }

    /// The window and the answer of every future.
    ///
    /// The margin must last to the end of the step: the lower of the powers allowed by the xenon now and
    /// by the xenon after the step at the present power. A window that would lie below the least
    /// load is no window: `p_min = p_max = 0`.
    #[inline(always)]
    #[must_use]
    pub fn answer(&self, request: &Request) -> Answer {
        let nought = Lanes::splat(0.0);
        let mut answer = Answer { p_min_pu: nought, p_max_pu: nought, granted_pu: nought, reason: Lanes::splat(0) };
        let (mut xenon, ahead) = (request.xenon.xenon, request.xenon.ahead());
        for lane in 0..LANES {
            xenon[lane] = if xenon[lane] > ahead[lane] { xenon[lane] } else { ahead[lane] };
        }
        let mut refused = 0_u64;
        for lane in 0..LANES {
            let burnup = request.burnup_efpd[lane];
            let allowed = self.core.allowed_power(xenon[lane], burnup);
            let (low, high) = self.window(request, lane, allowed);
            let wish = if request.wish_pu[lane] > 0.0 { request.wish_pu[lane] } else { 0.0 };
            let above = if wish > low { wish } else { low };
            let inside = if above < high { above } else { high };
            answer.p_min_pu[lane] = low;
            answer.p_max_pu[lane] = high;
            answer.granted_pu[lane] = if wish > 0.0 { inside } else { 0.0 };
            let off = (answer.granted_pu[lane] - wish).abs();
            refused |= u64::from(off > ROUNDING_PU);
        }
        if refused != 0 {
            self.reasons(request, &xenon, &mut answer);
        }
        answer
    }

    #[inline(always)]
    fn window(&self, request: &Request, lane: usize, allowed: f64) -> (f64, f64) {
        let [least, most] = [request.reach.end_pu[0][lane], request.reach.end_pu[1][lane]];
        let high = if most < allowed { most } else { allowed };
        let floor = if least > self.min_load_pu { least } else { self.min_load_pu };
        let floor = if floor < high { floor } else { high };
        let low = if request.burnup_efpd[lane] > self.flexible_until_efpd { high } else { floor };
        let open = (allowed + ROUNDING_PU >= self.min_load_pu) & (request.condition[lane] == AVAILABLE);
        if open { (low, high) } else { (0.0, 0.0) }
    }

    #[cold]
    #[inline(never)]
    fn reasons(&self, request: &Request, xenon: &Lanes, answer: &mut Answer) {
        for lane in 0..LANES {
            let wish = request.wish_pu[lane].max(0.0);
            if (answer.granted_pu[lane] - wish).abs() > ROUNDING_PU {
                answer.reason[lane] = self.reason(request, xenon[lane], answer, lane) as u8;
            }
        }
    }

    /// Why the wish, which is above 0 and not granted, is not.
    fn reason(&self, request: &Request, xenon: f64, answer: &Answer, lane: usize) -> Reason {
        let (wish, burnup) = (request.wish_pu[lane], request.burnup_efpd[lane]);
        match request.condition[lane] {
            FORCED_OUTAGE => return Reason::ForcedOutage,
            REFUELLING => return Reason::Refuelling,
            _ => {}
        }
        let allowed = self.core.allowed_power(xenon, burnup);
        // Would equilibrium xenon allow it? Then only the xenon stands in the way.
        let fresh = self.core.allowed_power(1.0, burnup);
        if allowed + ROUNDING_PU < self.min_load_pu {
            return if fresh >= self.min_load_pu { Reason::XenonPrecluded } else { Reason::StretchOut };
        }
        if wish > answer.p_max_pu[lane] {
            return if request.reach.end_pu[1][lane] < allowed || wish > 1.0 {
                Reason::Ramp
            } else if fresh + ROUNDING_PU >= wish {
                Reason::Xenon
            } else {
                Reason::StretchOut
            };
        }
        if burnup > self.flexible_until_efpd {
            Reason::EndOfCycle
        } else if request.reach.end_pu[0][lane] > self.min_load_pu {
            Reason::Ramp
        } else {
            Reason::MinimumLoad
        }
    }

    /// The refusal in numbers and, shown, in words; `None` where the wish was granted. For the few who ask.
    ///
    /// Hours until possible assume the granted power until then.
    #[must_use]
    pub fn explain(&self, model: &XenonModel, request: &Request, answer: &Answer, lane: usize) -> Option<Refusal> {
        let (wish_pu, burnup_efpd) = (request.wish_pu[lane], request.burnup_efpd[lane]);
        let granted_pu = answer.granted_pu[lane];
        let (iodine, xenon) = (request.xenon.iodine[lane], request.xenon.xenon[lane]);
        let worst = xenon.max(request.xenon.ahead()[lane]);
        let lack = |power_pu: f64| {
            let limit = self.core.xenon_limit(power_pu, burnup_efpd);
            let hours = if xenon > limit {
                model.hours_until_below(iodine, xenon, granted_pu, limit)
            } else {
                Self::hours_behind_peak(model, [iodine, xenon], granted_pu, limit)
            };
            (self.core.margin_pcm(power_pu, worst, burnup_efpd), hours)
        };
        Some(match Reason::from_code(answer.reason[lane])? {
            Reason::ForcedOutage => Refusal::ForcedOutage,
            Reason::Refuelling => Refusal::Refuelling,
            Reason::XenonPrecluded => {
                let (margin_pcm, hours) = lack(self.min_load_pu);
                Refusal::XenonPrecluded { margin_pcm, power_pu: self.min_load_pu, hours }
            }
            Reason::Xenon => {
                let (margin_pcm, hours) = lack(wish_pu);
                Refusal::Xenon { margin_pcm, power_pu: wish_pu, granted_pu, hours }
            }
            Reason::StretchOut => {
                let margin_pcm = self.core.margin_pcm(wish_pu, worst, burnup_efpd);
                Refusal::StretchOut { margin_pcm, power_pu: wish_pu, granted_pu }
            }
            Reason::EndOfCycle => Refusal::EndOfCycle { burnup_efpd, until_efpd: self.flexible_until_efpd, granted_pu },
            Reason::Ramp => Refusal::Ramp { power_pu: wish_pu, granted_pu },
            Reason::MinimumLoad => Refusal::MinimumLoad { power_pu: wish_pu, min_load_pu: self.min_load_pu },
        })
    }

    /// Xenon is still below the limit but passes it within the step: when it comes back.
    fn hours_behind_peak(model: &XenonModel, now: [f64; 2], power_pu: f64, limit: f64) -> Option<f64> {
        let peak = model.extremum_hours(now[0], now[1], power_pu)?;
        let (iodine, xenon) = model.predict(now[0], now[1], power_pu, peak);
        model.hours_until_below(iodine, xenon, power_pu, limit).map(|hours| peak + hours)
    }
}

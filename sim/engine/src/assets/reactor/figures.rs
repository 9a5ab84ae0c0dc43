//! What a reactor's horizon comes to: energy refused and hours down by reason, starts, heat, burnup.

use super::Reactor;
use super::refusal::Reason;
use crate::body::{Figure, Total};
use crate::lanes::Lanes;

/// Why power was refused, by figure.
const REFUSED: [&str; 3] = ["refused_xenon_mwh", "refused_ramp_mwh", "refused_other_mwh"];
/// Why the unit was down, by figure.
const DOWN: [&str; 4] = ["down_planned_h", "down_forced_h", "down_xenon_h", "down_end_of_cycle_h"];

/// Sums over the horizon, and what the last step refused.
pub struct Count {
    refused: [Lanes; 3],
    down: [Lanes; 4],
    /// Times that the unit left zero power.
    pub starts: Lanes,
    /// Heat rejected, MWh.
    pub rejected: Lanes,
    /// Of the last step: power refused, MW, the code of the reason, and the lanes that have one.
    pub refused_mw: Lanes,
    /// See `refused_mw`.
    pub refusal: Lanes<u8>,
    /// See `refused_mw`.
    pub limited: u64,
    /// The most that a step can come to.
    p_nom_mw: f64,
    thermal_mw: f64,
    efpd_initial: f64,
}

impl Count {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(reactor: &Reactor) -> Self {
        let zero = Lanes::default();
        Self {
            refused: [zero; 3],
            down: [zero; 4],
            starts: zero,
            rejected: zero,
            refused_mw: zero,
            refusal: Lanes::splat(0),
            limited: 0,
            p_nom_mw: reactor.p_nom_mw,
            thermal_mw: reactor.balance().thermal_full_mw(),
            efpd_initial: reactor.efpd_initial,
        }
    }

    /// Back to the horizon's start.
    pub fn restart(&mut self) {
        let zero = Lanes::default();
        self.refused = [zero; 3];
        self.down = [zero; 4];
        (self.starts, self.rejected, self.refused_mw) = (zero, zero, zero);
        (self.refusal, self.limited) = (Lanes::splat(0), 0);
    }

    /// One lane's step: down, or less than was asked. What is down by outage or plan refuses nothing.
    pub fn note(&mut self, lane: usize, code: u8, down: bool, step_h: f64) {
        self.refusal[lane] = code;
        let (refused, cause) = match Reason::from_code(code) {
            Some(Reason::Refuelling) => (None, 0),
            Some(Reason::ForcedOutage) => (None, 1),
            Some(Reason::XenonPrecluded | Reason::Xenon) => (Some(0), 2),
            Some(Reason::Ramp) => (Some(1), 3),
            _ => (Some(2), 3),
        };
        if down {
            self.down[cause][lane] += step_h;
        }
        match refused {
            Some(at) => self.refused[at][lane] += self.refused_mw[lane] * step_h,
            None => self.refused_mw[lane] = 0.0,
        }
    }

    pub(super) fn figures(&self, efpd: &Lanes, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        let own = |name, lanes, bound| Figure { name, lanes, bound, total: Total::Own };
        let energy = |mw: f64| 1.01 * mw * horizon_h;
        let refused = REFUSED.iter().zip(self.refused).map(|(name, sum)| own(name, sum, energy(self.p_nom_mw)));
        let mut figures: Vec<Figure> = refused.collect();
        figures.extend(DOWN.iter().zip(self.down).map(|(name, sum)| own(name, sum, 1.01 * horizon_h)));
        figures.push(own("starts", self.starts, horizon_h / step_h + 1.0));
        figures.push(own("heat_rejected_mwh", self.rejected, energy(self.thermal_mw)));
        figures.push(own("efpd_d", *efpd, self.efpd_initial + 1.01 * horizon_h / 24.0));
        figures
    }
}

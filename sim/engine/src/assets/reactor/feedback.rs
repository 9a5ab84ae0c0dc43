//! Point kinetics with feedback of the fuel and coolant temperatures.
//!
//! One reactor, not in lanes. Two lumped nodes; no boiling, no steam generator, inlet temperature held.
//! The step chooses its own sub-steps, so that outer steps of an hour, of minutes and of seconds
//! follow the same curve within the tolerance.

use std::fmt;

use super::kinetics::{GROUPS, Neutronics, PointKinetics, Runaway};
use crate::assets::fault::{Fault, require};

/// Heat capacities and heat flows of the two nodes (two-node model after Mann as in Kerlin et al.,
/// Theoretical and experimental dynamic analysis of the H. B. Robinson nuclear plant, 1976).
#[derive(Clone, Debug, PartialEq)]
pub struct ThermalNodes {
    /// Thermal power at relative power 1, in MW.
    pub p_thermal_mw: f64,
    /// Share of the heat released in the fuel; the rest is released in the coolant.
    pub fuel_share: f64,
    /// Heat capacity of the fuel in MJ/K.
    pub fuel_mj_per_k: f64,
    /// Heat capacity of the coolant in the core in MJ/K.
    pub coolant_mj_per_k: f64,
    /// Heat transfer from fuel to coolant in MW/K.
    pub fuel_to_coolant_mw_per_k: f64,
    /// Heat carried away in MW per K of mean coolant temperature above the inlet: twice flow times
    /// heat capacity, since the mean lies half way to the outlet.
    pub coolant_to_loop_mw_per_k: f64,
}

/// A reactor with temperature feedback.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedbackReactor {
    /// Constants of the kinetics.
    pub kinetics: PointKinetics,
    /// The two heat nodes.
    pub nodes: ThermalNodes,
    /// Reactivity per K of fuel temperature, in pcm/K.
    pub doppler_pcm_per_k: f64,
    /// Reactivity per K of mean coolant temperature, in pcm/K.
    pub moderator_pcm_per_k: f64,
    /// Relative power of the equilibrium in which both feedbacks are zero.
    pub reference_pu: f64,
    /// Relative error allowed per sub-step in every density, and per K or relative in temperatures.
    pub tolerance: f64,
}

/// Present state of the reactor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoreState {
    /// Power and delayed groups.
    pub neutronics: Neutronics,
    /// Fuel and mean coolant temperature above the inlet, in K.
    pub rise_k: [f64; 2],
    /// Length in s of the sub-step to try first.
    sub_step_s: f64,
}

/// Why a transient could not be followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransientError {
    /// Power left the range of numbers whatever the sub-step.
    Runaway(Runaway),
    /// More sub-steps than [`SUB_STEPS_MAX`]: the tolerance is out of reach.
    TooManySteps {
        /// Time in s within the outer step that was reached.
        reached_s: f64,
    },
}

impl fmt::Display for TransientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runaway(runaway) => runaway.fmt(f),
            Self::TooManySteps { reached_s } => write!(f, "transient: tolerance out of reach at {reached_s} s"),
        }
    }
}

impl std::error::Error for TransientError {}

/// Sub-steps tried within one outer step before giving up.
pub const SUB_STEPS_MAX: u32 = 1_000_000;
const PCM: f64 = 1e-5;
const FIRST_SUB_STEP_S: f64 = 1e-3;
const SHORTEST_SUB_STEP_S: f64 = 1e-12;

impl ThermalNodes {
    /// Temperature rises above the inlet in equilibrium with relative power `power`, in K.
    #[must_use]
    pub fn equilibrium(&self, power: f64) -> [f64; 2] {
        let coolant = self.p_thermal_mw * power / self.coolant_to_loop_mw_per_k;
        [coolant + self.fuel_share * self.p_thermal_mw * power / self.fuel_to_coolant_mw_per_k, coolant]
    }

    /// Rises after `step_s` seconds at constant `power`: exact, from the two real eigenvalues.
    fn step(&self, rise_k: [f64; 2], power: f64, step_s: f64) -> [f64; 2] {
        let (h, fuel, coolant) = (self.fuel_to_coolant_mw_per_k, self.fuel_mj_per_k, self.coolant_mj_per_k);
        let (a, b, c) = (h / fuel, h / coolant, (h + self.coolant_to_loop_mw_per_k) / coolant);
        let root = ((a - c) * (a - c) + 4.0 * a * b).sqrt();
        let (slow, quick) = (0.5 * (root - a - c), 0.5 * (-root - a - c));
        let (keep_slow, keep_quick) = (libm::exp(slow * step_s), libm::exp(quick * step_s));
        let rest = self.equilibrium(power);
        let off = [rise_k[0] - rest[0], rise_k[1] - rest[1]];
        let image = [a * (off[1] - off[0]), b * off[0] - c * off[1]];
        std::array::from_fn(|i| {
            let on_slow = image[i] - quick * off[i];
            let on_quick = image[i] - slow * off[i];
            rest[i] + (keep_slow * on_slow - keep_quick * on_quick) / root
        })
    }

    fn faults(&self, faults: &mut Vec<Fault>) {
        let mut positive = |value: f64, key| {
            require(faults, value > 0.0 && value.is_finite(), key, "must lie above 0");
        };
        positive(self.p_thermal_mw, "p_thermal_mw");
        positive(self.fuel_mj_per_k, "fuel_mj_per_k");
        positive(self.coolant_mj_per_k, "coolant_mj_per_k");
        positive(self.fuel_to_coolant_mw_per_k, "fuel_to_coolant_mw_per_k");
        positive(self.coolant_to_loop_mw_per_k, "coolant_to_loop_mw_per_k");
        let share = (0.0..=1.0).contains(&self.fuel_share);
        require(faults, share, "fuel_share", "must lie between 0 and 1");
    }
}

impl FeedbackReactor {
    /// A large PWR, typical values, of no particular plant: 3400 MW, 100 t of fuel at 0.3 kJ/(kg K),
    /// fuel 350 K above the coolant, coolant 33 K warmer at the outlet than at the inlet.
    #[must_use]
    pub fn typical_pwr() -> Self {
        let nodes = ThermalNodes {
            p_thermal_mw: 3400.0,
            fuel_share: 0.974,
            fuel_mj_per_k: 30.0,
            coolant_mj_per_k: 70.0,
            fuel_to_coolant_mw_per_k: 9.5,
            coolant_to_loop_mw_per_k: 206.0,
        };
        let kinetics = PointKinetics::THERMAL;
        Self {
            kinetics,
            nodes,
            doppler_pcm_per_k: -2.8,
            moderator_pcm_per_k: -30.0,
            reference_pu: 1.0,
            tolerance: 1e-7,
        }
    }

    /// Everything in equilibrium with relative power `power`.
    #[must_use]
    pub fn equilibrium(&self, power: f64) -> CoreState {
        let neutronics = Neutronics::equilibrium(power);
        CoreState { neutronics, rise_k: self.nodes.equilibrium(power), sub_step_s: FIRST_SUB_STEP_S }
    }

    /// Reactivity of the temperatures, a ratio; zero in equilibrium at the reference power.
    #[must_use]
    pub fn feedback(&self, rise_k: [f64; 2]) -> f64 {
        let rest = self.nodes.equilibrium(self.reference_pu);
        PCM * (self.doppler_pcm_per_k * (rise_k[0] - rest[0]) + self.moderator_pcm_per_k * (rise_k[1] - rest[1]))
    }

    /// Every rule that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.kinetics.faults();
        self.nodes.faults(&mut faults);
        require(&mut faults, self.doppler_pcm_per_k.is_finite(), "doppler_pcm_per_k", "must be a number");
        require(&mut faults, self.moderator_pcm_per_k.is_finite(), "moderator_pcm_per_k", "must be a number");
        require(&mut faults, self.reference_pu >= 0.0, "reference_pu", "must not lie below 0");
        let tolerance = (1e-10..=1e-2).contains(&self.tolerance);
        require(&mut faults, tolerance, "tolerance", "must lie between 1e-10 and 0.01");
        faults
    }

    /// The state `step_s` seconds on, while the reactivity of rods and boron moves straight from
    /// `rods[0]` to `rods[1]` (ratios), and the energy released in seconds of reference power.
    ///
    /// Sub-steps are the exponential trapezoidal rule (the second-order Magnus rule: Hairer, Lubich and
    /// Wanner, Geometric Numerical Integration, 2006, section IV.7): exact kinetics at the mean of the
    /// reactivities before and after. Each is taken once whole and once as two halves; the
    /// difference sizes the next and, extrapolated, gives third order. The kinetics are stable for any
    /// sub-step; the loop through the temperatures is held by the error control.
    ///
    /// # Errors
    /// [`TransientError`] where power or the count of sub-steps leaves its range.
    pub fn step(&self, state: &CoreState, rods: [f64; 2], step_s: f64) -> Result<(CoreState, f64), TransientError> {
        let (mut now, mut done_s, mut energy) = (*state, 0.0, 0.0);
        let slope = (rods[1] - rods[0]) / step_s;
        for _ in 0..SUB_STEPS_MAX {
            let left_s = step_s - done_s;
            let last = now.sub_step_s >= left_s;
            let try_s = if last { left_s } else { now.sub_step_s };
            let rho = rods[0] + slope * done_s;
            match self.attempt(&now, rho, slope, try_s) {
                Ok((next, released, error)) if error <= 1.0 => {
                    // A step cut short by the end of the outer step says nothing against the longer one.
                    let wish_s = try_s * (0.9 / libm::cbrt(error.max(1e-6))).clamp(0.3, 4.0);
                    let sub_step_s = if last { wish_s.max(now.sub_step_s) } else { wish_s };
                    now = CoreState { sub_step_s, ..next };
                    energy += released;
                    if last {
                        return Ok((now, energy));
                    }
                    done_s += try_s;
                }
                Ok((_, _, error)) => now.sub_step_s = try_s * (0.9 / libm::cbrt(error)).clamp(0.05, 0.7),
                Err(runaway) if try_s < SHORTEST_SUB_STEP_S => return Err(TransientError::Runaway(runaway)),
                Err(_) => now.sub_step_s = 0.1 * try_s,
            }
        }
        Err(TransientError::TooManySteps { reached_s: done_s })
    }

    /// One sub-step whole and in halves: the extrapolated state, the energy, and the error in units
    /// of the tolerance.
    fn attempt(&self, from: &CoreState, rho: f64, slope: f64, step_s: f64) -> Result<(CoreState, f64, f64), Runaway> {
        let half_s = 0.5 * step_s;
        let (whole, energy) = self.trapezoid(from, [rho, rho + slope * step_s], step_s)?;
        let (middle, first) = self.trapezoid(from, [rho, rho + slope * half_s], half_s)?;
        let (fine, second) = self.trapezoid(&middle, [rho + slope * half_s, rho + slope * step_s], half_s)?;
        let mut error: f64 = 0.0;
        let mut blend = |fine: f64, whole: f64, floor: f64| {
            let gap = fine - whole;
            error = error.max(gap.abs() / (self.tolerance * (fine.abs() + floor)));
            fine + gap / 3.0
        };
        let mut next = fine;
        next.neutronics.power = blend(fine.neutronics.power, whole.neutronics.power, f64::MIN_POSITIVE);
        for i in 0..GROUPS {
            next.neutronics.delayed[i] =
                blend(fine.neutronics.delayed[i], whole.neutronics.delayed[i], f64::MIN_POSITIVE);
        }
        for i in 0..2 {
            next.rise_k[i] = blend(fine.rise_k[i], whole.rise_k[i], 1.0);
        }
        // Energy adds up over sub-steps: an error in it weighs against a second's worth.
        let energy = blend(first + second, energy, fine.neutronics.power);
        Ok((next, energy, error))
    }

    fn trapezoid(&self, from: &CoreState, rods: [f64; 2], step_s: f64) -> Result<(CoreState, f64), Runaway> {
        let before = rods[0] + self.feedback(from.rise_k);
        let (_, energy) = self.kinetics.step(&from.neutronics, before, step_s)?;
        let after = rods[1] + self.feedback(self.nodes.step(from.rise_k, energy / step_s, step_s));
        let mean = 0.5 * (before + after);
        let (mut neutronics, energy) = self.kinetics.step(&from.neutronics, mean, step_s)?;
        neutronics.power *= self.prompt_follow(mean, after - before, step_s);
        let rise_k = self.nodes.step(from.rise_k, energy / step_s, step_s);
        Ok((CoreState { neutronics, rise_k, ..*from }, energy))
    }

    /// Factor on the power at the end of a sub-step for a reactivity that moved by `change` around its mean.
    ///
    /// Prompt neutrons follow the reactivity of the moment, not the mean: first-order perturbation,
    /// `change / (Lambda h) integral exp(-a (h - s)) (s - h / 2) ds` with `a = (beta - mean) / Lambda`. Without it
    /// sub-steps longer than `1 / a` fall back to first order; it fades with the third power of short ones.
    fn prompt_follow(&self, mean: f64, change: f64, step_s: f64) -> f64 {
        let z = -self.kinetics.prompt_per_s(mean) * step_s;
        let lever = if z <= 0.0 {
            0.0
        } else if z < 1e-2 {
            z * (1.0 / 12.0 - z * (1.0 / 24.0 - z / 80.0))
        } else {
            (1.0 + libm::exp(-z)) / (2.0 * z) + libm::expm1(-z) / (z * z)
        };
        libm::exp(change * step_s / self.kinetics.generation_time_s * lever)
    }
}

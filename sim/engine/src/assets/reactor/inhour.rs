//! The inhour equation: growth rates for a reactivity, and the reactivity that a ramp needs.
//!
//! It knows no state and no time step: [`super::kinetics`] moves the state with the modes found here.
//! Reactivities are plain ratios (1 pcm = 1e-5), rates are per second.

use super::kinetics::{GROUPS, PointKinetics};

/// Power and the delayed groups.
pub const MODES: usize = GROUPS + 1;

/// One mode of the point kinetics at a constant reactivity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// Growth rate in 1/s; only the first mode's can be above zero.
    pub growth_per_s: f64,
    /// Growth rate plus the group's decay constant, in 1/s: kept apart because the difference of
    /// the two rounded numbers would lose its digits next to a pole.
    pub gap_per_s: [f64; GROUPS],
}

/// The seven growth rates at reactivity `rho`, highest first.
///
/// They are the roots of the inhour equation `rho = Lambda s + sum beta_i s / (s + lambda_i)`
/// (Duderstadt and Hamilton, Nuclear Reactor Analysis, 1976, section 6.2), of which one lies above
/// `-lambda_1`, one between each two neighbours `-lambda_i`, one below `-lambda_6`. Each is sought
/// as a distance from the nearer pole, so that all gaps keep full relative precision.
#[must_use]
pub fn modes(kinetics: &PointKinetics, rho: f64) -> [Mode; MODES] {
    let secular = Secular::new(kinetics, rho);
    let lambda = &kinetics.decay_per_s;
    let reach = secular.reach();
    std::array::from_fn(|j| {
        let (origin, low, high) = if j == 0 {
            (0, 0.0, lambda[0] + secular.prompt_per_s.max(0.0) + reach)
        } else if j == GROUPS {
            (GROUPS - 1, (secular.prompt_per_s + lambda[GROUPS - 1]).min(0.0) - reach, 0.0)
        } else {
            let half = 0.5 * (lambda[j] - lambda[j - 1]);
            // The function rises from pole to pole: below the root it is negative.
            if secular.at(j - 1, -half) > 0.0 { (j, 0.0, half) } else { (j - 1, -half, 0.0) }
        };
        let distance = secular.root(origin, low, high);
        Mode {
            growth_per_s: distance - lambda[origin],
            gap_per_s: std::array::from_fn(|i| distance + (lambda[i] - lambda[origin])),
        }
    })
}

/// The inhour equation as the secular function `s - r - sum b_i / (s + lambda_i)`.
struct Secular {
    prompt_per_s: f64,
    coupling: [f64; GROUPS],
    lambda: [f64; GROUPS],
}

impl Secular {
    fn new(kinetics: &PointKinetics, rho: f64) -> Self {
        Self {
            prompt_per_s: kinetics.prompt_per_s(rho),
            coupling: std::array::from_fn(|i| kinetics.beta[i] * kinetics.decay_per_s[i] / kinetics.generation_time_s),
            lambda: kinetics.decay_per_s,
        }
    }

    /// No root lies further than this beyond the outermost diagonal entry (Weyl's inequality).
    fn reach(&self) -> f64 {
        self.coupling.iter().sum::<f64>().sqrt()
    }

    /// The function at `distance` from the pole `origin`.
    fn at(&self, origin: usize, distance: f64) -> f64 {
        let (smooth, _) = self.smooth(origin, distance);
        smooth - self.coupling[origin] / distance
    }

    /// The function without the pole `origin`, and its slope.
    fn smooth(&self, origin: usize, distance: f64) -> (f64, f64) {
        let mut value = distance - self.lambda[origin] - self.prompt_per_s;
        let mut slope = 1.0;
        for i in (0..GROUPS).filter(|&i| i != origin) {
            let gap = distance + (self.lambda[i] - self.lambda[origin]);
            let term = self.coupling[i] / gap;
            value -= term;
            slope += term / gap;
        }
        (value, slope)
    }

    /// Newton on the function times the distance, which has no pole here; halving where it leaves
    /// the bracket.
    fn root(&self, origin: usize, mut low: f64, mut high: f64) -> f64 {
        let mut distance = 0.5 * (low + high);
        for _ in 0..200 {
            let (value, slope) = self.smooth(origin, distance);
            let flat = distance * value - self.coupling[origin];
            if flat * distance.signum() < 0.0 {
                low = distance;
            } else {
                high = distance;
            }
            let newton = distance - flat / (value + distance * slope);
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            if (next - distance).abs() <= 2.0 * f64::EPSILON * next.abs() {
                return next;
            }
            distance = next;
        }
        distance
    }
}

/// Reactivity that holds a stable reactor period of `period_s` seconds (below zero: falling power).
///
/// Inhour equation: `rho = Lambda / T + sum beta_i / (1 + lambda_i T)` (Duderstadt and Hamilton 1976).
/// A period between `-1 / lambda_1` and 0 is no stable period of a falling power.
#[must_use]
pub fn required_reactivity(kinetics: &PointKinetics, period_s: f64) -> f64 {
    let delayed: f64 = (0..GROUPS).map(|i| kinetics.beta[i] / (1.0 + kinetics.decay_per_s[i] * period_s)).sum();
    kinetics.generation_time_s / period_s + delayed
}

/// Reactivity at time `t_s` of a straight ramp `power = 1 + rate_per_s t` out of equilibrium.
///
/// Inverse kinetics: each group lags by `rate / lambda (1 - exp(-lambda t))`, so that
/// `rho = (Lambda rate + sum beta_i rate / lambda_i (1 - exp(-lambda_i t))) / power`. Exact, not
/// only in the prompt-jump limit, whose form is the same without the first term.
#[must_use]
pub fn ramp_reactivity(kinetics: &PointKinetics, rate_per_s: f64, t_s: f64) -> f64 {
    let lag: f64 = (0..GROUPS)
        .map(|i| -kinetics.beta[i] / kinetics.decay_per_s[i] * libm::expm1(-kinetics.decay_per_s[i] * t_s))
        .sum();
    rate_per_s * (kinetics.generation_time_s + lag) / (1.0 + rate_per_s * t_s)
}

/// Reactivity of a long slow ramp in per second of the present power: what an hourly step needs.
///
/// The limit of [`ramp_reactivity`]: rate times the mean generation time of all neutrons, delayed ones
/// included. Good once the ramp has lasted a few times `1 / lambda_1`, about 4 minutes.
#[must_use]
pub fn slow_ramp_reactivity(kinetics: &PointKinetics, relative_rate_per_s: f64) -> f64 {
    let delayed: f64 = (0..GROUPS).map(|i| kinetics.beta[i] / kinetics.decay_per_s[i]).sum();
    relative_rate_per_s * (kinetics.generation_time_s + delayed)
}

/// Power right after a step of reactivity `rho` out of equilibrium, relative to before:
/// `beta / (beta - rho)`; `None` at or above prompt critical. Prompt-jump approximation (Duderstadt and
/// Hamilton 1976, section 6.3): good to about `Lambda lambda / (beta - rho)`.
#[must_use]
pub fn prompt_jump(kinetics: &PointKinetics, rho: f64) -> Option<f64> {
    let beta = kinetics.beta_total();
    (rho < beta).then(|| beta / (beta - rho))
}

//! Iodine-135 and xenon-135 in a point reactor, exact over steps of constant power.
//!
//! Amounts are relative to the equilibrium at full power. No spatial oscillation, no samarium.
//!
//! `i' = lambda_I (p - i)`, `x' = K (g p + f i) - (lambda_X + sigma phi p) x` with
//! `K = lambda_X + sigma phi`, `f` and `g` the shares of the yield by iodine and direct
//! (Lamarsh and Baratta, Introduction to Nuclear Engineering, 3rd edition 2001, section 7.5).

use crate::assets::fault::{Fault, require};
use crate::lanes::{LANES, Lanes, set_lanes};

/// Yields, half-lives and flux.
#[derive(Clone, Debug, PartialEq)]
pub struct XenonModel {
    /// Fission yield of iodine-135 and its parents, a ratio.
    pub yield_iodine: f64,
    /// Direct fission yield of xenon-135, a ratio.
    pub yield_xenon: f64,
    /// Half-life of iodine-135 in h.
    pub half_life_iodine_h: f64,
    /// Half-life of xenon-135 in h.
    pub half_life_xenon_h: f64,
    /// Microscopic absorption cross-section of xenon-135 in cm2.
    pub cross_section_cm2: f64,
    /// Thermal flux at full power in 1/(cm2 s).
    pub flux_full_power: f64,
}

/// How one step at constant power moves the two amounts: both are affine in the amounts before.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Coefficients {
    keep_iodine: f64,
    keep_xenon: f64,
    from_iodine: f64,
    rest: f64,
}

impl XenonModel {
    /// Thermal fission of uranium-235 (Lamarsh and Baratta 2001, table 7.5) at the flux of a large PWR.
    pub const PWR: Self = Self {
        yield_iodine: 0.0639,
        yield_xenon: 0.002_37,
        half_life_iodine_h: 6.57,
        half_life_xenon_h: 9.14,
        cross_section_cm2: 2.65e-18,
        flux_full_power: 3e13,
    };

    /// The same nuclides at half the flux: typical of the lower power density of a small PWR, no design's value.
    pub const SMR: Self = Self { flux_full_power: 1.5e13, ..Self::PWR };

    /// Every rule that the constants break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut rule = |holds, key, text| require(&mut faults, holds, key, text);
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let positive = |value: f64| value > 0.0 && value.is_finite();
        rule(share(self.yield_iodine), "yield_iodine", "must lie between 0 and 1");
        rule(share(self.yield_xenon), "yield_xenon", "must lie between 0 and 1");
        rule(self.yield_iodine + self.yield_xenon > 0.0, "yield_iodine", "the two yields must not both be 0");
        rule(positive(self.half_life_iodine_h), "half_life_iodine_h", "must lie above 0");
        rule(positive(self.half_life_xenon_h), "half_life_xenon_h", "must lie above 0");
        rule(positive(self.cross_section_cm2), "cross_section_cm2", "must lie above 0");
        rule(positive(self.flux_full_power), "flux_full_power", "must lie above 0");
        faults
    }

    fn iodine_decay_per_h(&self) -> f64 {
        std::f64::consts::LN_2 / self.half_life_iodine_h
    }

    /// Decay and burning of xenon at `power_pu`, in 1/h.
    fn xenon_loss_per_h(&self, power_pu: f64) -> f64 {
        std::f64::consts::LN_2 / self.half_life_xenon_h
            + 3600.0 * self.cross_section_cm2 * self.flux_full_power * power_pu
    }

    fn iodine_share(&self) -> f64 {
        self.yield_iodine / (self.yield_iodine + self.yield_xenon)
    }

    /// Equilibrium amounts of iodine and xenon at `power_pu`, relative to those at full power.
    #[must_use]
    pub fn equilibrium(&self, power_pu: f64) -> (f64, f64) {
        (power_pu, power_pu * self.xenon_loss_per_h(1.0) / self.xenon_loss_per_h(power_pu))
    }

    fn coefficients(&self, power_pu: f64, step_h: f64) -> Coefficients {
        let (iodine, loss) = (self.iodine_decay_per_h(), self.xenon_loss_per_h(power_pu));
        let keep_iodine = libm::exp(-iodine * step_h);
        let difference = loss - iodine;
        // (exp(-iodine t) - exp(-loss t)) / (loss - iodine), in a form that stays exact up to equal rates.
        let bridge = if (difference * step_h).abs() < 1e-9 {
            step_h * keep_iodine * (1.0 - 0.5 * difference * step_h)
        } else {
            -keep_iodine * libm::expm1(-difference * step_h) / difference
        };
        let gain = self.xenon_loss_per_h(1.0);
        let from_iodine = gain * self.iodine_share() * bridge;
        let built = gain * power_pu * -libm::expm1(-loss * step_h) / loss;
        Coefficients {
            keep_iodine,
            keep_xenon: libm::exp(-loss * step_h),
            from_iodine,
            rest: built - from_iodine * power_pu,
        }
    }

    /// Iodine and xenon after `hours` at constant `power_pu`.
    #[must_use]
    pub fn predict(&self, iodine: f64, xenon: f64, power_pu: f64, hours: f64) -> (f64, f64) {
        self.coefficients(power_pu, hours).apply(iodine, xenon, power_pu)
    }

    /// Hours of the extremum of xenon ahead at constant `power_pu`, if there is one after now.
    ///
    /// Xenon is its equilibrium plus two exponentials; its slope is zero at one time at most.
    #[must_use]
    pub fn extremum_hours(&self, iodine: f64, xenon: f64, power_pu: f64) -> Option<f64> {
        let (rate, loss) = (self.iodine_decay_per_h(), self.xenon_loss_per_h(power_pu));
        let source = self.xenon_loss_per_h(1.0) * self.iodine_share() * (iodine - power_pu);
        let off = xenon - self.equilibrium(power_pu).1;
        let difference = loss - rate;
        // Slope over exp(-loss t): source - off loss + source rate (1 - exp(d t)) / d, zero where
        // exp(d t) = 1 + d (source - off loss) / (source rate).
        let ratio = (source - off * loss) / (source * rate);
        let hours =
            if (difference * ratio).abs() < 1e-9 { ratio } else { libm::log1p(difference * ratio) / difference };
        (hours > 0.0 && hours.is_finite()).then_some(hours)
    }

    /// Hours at constant `power_pu` until xenon is at or below `limit`: 0 if it is now, `None` if never.
    #[must_use]
    pub fn hours_until_below(&self, iodine: f64, xenon: f64, power_pu: f64, limit: f64) -> Option<f64> {
        if xenon <= limit {
            return Some(0.0);
        }
        let at = |hours: f64| self.predict(iodine, xenon, power_pu, hours).1;
        let turn = self.extremum_hours(iodine, xenon, power_pu).unwrap_or(0.0);
        let (mut low, mut high) = if at(turn) <= limit {
            (0.0, turn)
        } else if self.equilibrium(power_pu).1 < limit {
            let mut high = turn + 1.0;
            while at(high) > limit && high < 1e5 {
                high *= 2.0;
            }
            (turn, high)
        } else {
            return None;
        };
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if at(middle) > limit { low = middle } else { high = middle }
        }
        Some(high)
    }
}

impl Coefficients {
    #[inline(always)]
    fn apply(self, iodine: f64, xenon: f64, power_pu: f64) -> (f64, f64) {
        let next = self.keep_iodine * (iodine - power_pu) + power_pu;
        (next, self.keep_xenon * xenon + self.from_iodine * iodine + self.rest)
    }
}

/// Iodine and xenon of every future, with the coefficients of the power each had last.
#[derive(Clone, Debug)]
pub struct Xenon {
    /// Iodine-135 relative to equilibrium at full power.
    pub iodine: Lanes,
    /// Xenon-135 relative to equilibrium at full power.
    pub xenon: Lanes,
    step_h: f64,
    power_pu: Lanes,
    keep_iodine: f64,
    keep_xenon: Lanes,
    from_iodine: Lanes,
    rest: Lanes,
}

impl Xenon {
    /// All futures in equilibrium at `power_pu`, prepared for steps of `step_h` hours.
    #[must_use]
    pub fn equilibrium(model: &XenonModel, power_pu: f64, step_h: f64) -> Self {
        let (iodine, xenon) = model.equilibrium(power_pu);
        let kept = model.coefficients(power_pu, step_h);
        Self {
            iodine: Lanes::splat(iodine),
            xenon: Lanes::splat(xenon),
            step_h,
            power_pu: Lanes::splat(power_pu),
            keep_iodine: kept.keep_iodine,
            keep_xenon: Lanes::splat(kept.keep_xenon),
            from_iodine: Lanes::splat(kept.from_iodine),
            rest: Lanes::splat(kept.rest),
        }
    }

    /// One step at constant power in each future. Exponentials are taken only in futures whose power
    /// differs from the step before.
    #[inline(always)]
    pub fn step(&mut self, model: &XenonModel, power_pu: &Lanes) {
        let mut changed = 0_u64;
        for lane in 0..LANES {
            changed |= power_pu[lane].to_bits() ^ self.power_pu[lane].to_bits();
        }
        if changed != 0 {
            self.renew(model, power_pu);
        }
        for lane in 0..LANES {
            let iodine = self.iodine[lane];
            self.iodine[lane] = self.keep_iodine * (iodine - power_pu[lane]) + power_pu[lane];
            self.xenon[lane] =
                self.keep_xenon[lane] * self.xenon[lane] + self.from_iodine[lane] * iodine + self.rest[lane];
        }
    }

    /// Xenon after one more step at each future's last power: what a decision about this step must
    /// reckon with.
    #[inline(always)]
    #[must_use]
    pub fn ahead(&self) -> Lanes {
        let mut ahead = self.xenon;
        for lane in 0..LANES {
            ahead[lane] =
                self.keep_xenon[lane] * self.xenon[lane] + self.from_iodine[lane] * self.iodine[lane] + self.rest[lane];
        }
        ahead
    }

    #[cold]
    #[inline(never)]
    fn renew(&mut self, model: &XenonModel, power_pu: &Lanes) {
        let mut changed = 0_u64;
        for lane in 0..LANES {
            changed |= u64::from(power_pu[lane].to_bits() != self.power_pu[lane].to_bits()) << lane;
        }
        for lane in set_lanes(changed) {
            let fresh = model.coefficients(power_pu[lane], self.step_h);
            self.keep_xenon[lane] = fresh.keep_xenon;
            self.from_iodine[lane] = fresh.from_iodine;
            self.rest[lane] = fresh.rest;
            self.power_pu[lane] = power_pu[lane];
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact on purpose")]
mod tests {
    use super::*;

    #[test]
    fn the_lanes_follow_the_scalar_prediction_through_power_changes() {
        let model = XenonModel::PWR;
        let mut state = Xenon::equilibrium(&model, 1.0, 0.5);
        let mut alone = (1.0, 1.0);
        for step in 0..200_u32 {
            let power = f64::from(step / 20 % 4) * 0.25;
            let mut row = Lanes::splat(1.0);
            row[7] = power;
            let ahead = state.ahead()[8];
            state.step(&model, &row);
            alone = model.predict(alone.0, alone.1, power, 0.5);
            assert!((state.xenon[7] - alone.1).abs() < 1e-13 && (state.iodine[7] - alone.0).abs() < 1e-13);
            assert!((state.xenon[8] - 1.0).abs() < 1e-12 && ahead == state.xenon[8]);
        }
    }

    #[test]
    fn equal_rates_are_the_limit_of_nearly_equal_ones() {
        let model = XenonModel::PWR;
        let burn = model.xenon_loss_per_h(1.0) - model.xenon_loss_per_h(0.0);
        let equal = (model.iodine_decay_per_h() - model.xenon_loss_per_h(0.0)) / burn;
        for off in [0.0, 1e-16, 1e-12, 1e-9, 1e-8] {
            let (_, at) = model.predict(1.0, 1.0, equal, 5.0);
            let (_, near) = model.predict(1.0, 1.0, equal + off, 5.0);
            assert!((at - near).abs() < 10.0 * off + 1e-13, "{off}: {at} {near}");
        }
    }
}

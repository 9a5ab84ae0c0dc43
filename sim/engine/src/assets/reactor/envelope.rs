//! Ramp envelope: how fast power may move in each range of power, and so how far within a step.
//!
//! Rates are the same up and down. Powers are relative to rated power. Not here: xenon, minimum load
//! and cycle limits as reasons ([`super::request`] joins them), frequency control bands.

use crate::assets::fault::{Fault, require};
use crate::lanes::{LANES, Lanes};

/// Ranges an envelope may have.
pub const RANGES_MAX: usize = 4;

/// One range of power with its ramp rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end, relative power.
    pub from_pu: f64,
    /// Upper end, relative power.
    pub to_pu: f64,
    /// Ramp rate in relative power per minute.
    pub pu_per_min: f64,
}

/// Table of ramp ranges from 0 to full power, without gaps, lowest first.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvelopeTable {
    /// The ranges.
    pub ranges: Vec<Range>,
    /// Least power that can be held for long, relative.
    pub min_load_pu: f64,
    /// Share of the cycle after which power no longer follows load.
    pub flexible_share: f64,
}

impl EnvelopeTable {
    /// A load-following PWR: 5 % of rated power per minute above 80 %, 3 % down to 50 %, 1 % below (assumed:
    /// start-up is slower still). EUR: 50 to 100 % at 3 to 5 %/min (World Nuclear Association, read second-hand).
    /// Least load 30 % (French PWRs 20 to 30 %) and 90 % of the cycle: OECD NEA, Technical and Economic Aspects of
    /// Load Following with Nuclear Power Plants, 2011, from memory: to be verified.
    #[must_use]
    pub fn pwr() -> Self {
        let range = |from_pu, to_pu, pu_per_min| Range { from_pu, to_pu, pu_per_min };
        let ranges = vec![range(0.0, 0.5, 0.01), range(0.5, 0.8, 0.03), range(0.8, 1.0, 0.05)];
        Self { ranges, min_load_pu: 0.3, flexible_share: 0.9 }
    }

    /// A small PWR that moves at 40 % of rated power per hour above 20 %, the order that designers state; assumed
    /// and of no design, to be verified. Below 20 % as [`Self::pwr`] does below 50 %.
    #[must_use]
    pub fn smr() -> Self {
        let range = |from_pu, to_pu, pu_per_min| Range { from_pu, to_pu, pu_per_min };
        Self { ranges: vec![range(0.0, 0.2, 0.01), range(0.2, 1.0, 0.4 / 60.0)], min_load_pu: 0.2, flexible_share: 0.9 }
    }

    /// Every rule that the table breaks.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut rule = |holds, key, text| require(&mut faults, holds, key, text);
        let count = (1..=RANGES_MAX).contains(&self.ranges.len());
        rule(count, "ranges", "must have 1 to 4 rows");
        let rate = self.ranges.iter().all(|range| range.pu_per_min > 0.0 && range.pu_per_min.is_finite());
        rule(rate, "pu_per_min", "every rate must lie above 0");
        #[expect(clippy::float_cmp, reason = "ends and neighbours are the numbers as they are typed")]
        let ends = self.ranges.first().is_none_or(|range| range.from_pu == 0.0)
            && self.ranges.last().is_none_or(|range| range.to_pu == 1.0);
        rule(ends, "ranges", "must reach from 0 to 1");
        #[expect(clippy::float_cmp, reason = "ends and neighbours are the numbers as they are typed")]
        let closed = self.ranges.windows(2).all(|pair| pair[0].to_pu == pair[1].from_pu)
            && self.ranges.iter().all(|range| range.from_pu < range.to_pu);
        rule(closed, "ranges", "each must begin where the one below ends, and end above its beginning");
        rule((0.0..=1.0).contains(&self.min_load_pu), "min_load_pu", "must lie between 0 and 1");
        rule((0.0..=1.0).contains(&self.flexible_share), "flexible_share", "must lie between 0 and 1");
        faults
    }
}

/// The table prepared: power as a piecewise straight function of ramp time from zero power.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    from_pu: [f64; RANGES_MAX],
    width_pu: [f64; RANGES_MAX],
    start_min: [f64; RANGES_MAX],
    length_min: [f64; RANGES_MAX],
    rate: [f64; RANGES_MAX],
    minutes_per_pu: [f64; RANGES_MAX],
    full_min: f64,
}

/// Powers reachable within a step from each future's power, relative to rated power.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Least and greatest power at the end of the step.
    pub end_pu: [Lanes; 2],
    /// Mean power over the step on the way to either, held there once reached.
    pub mean_pu: [Lanes; 2],
    start_pu: Lanes,
    step_min: f64,
}

/// `value` within 0 and `high`, as a select.
#[inline(always)]
fn within(value: f64, high: f64) -> f64 {
    let low = if value > 0.0 { value } else { 0.0 };
    if low < high { low } else { high }
}

impl Envelope {
    /// Prepares a table without [`EnvelopeTable::faults`]; rows beyond [`RANGES_MAX`] are not read.
    #[must_use]
    pub fn new(table: &EnvelopeTable) -> Self {
        let mut envelope = Self {
            from_pu: [0.0; RANGES_MAX],
            width_pu: [0.0; RANGES_MAX],
            start_min: [0.0; RANGES_MAX],
            length_min: [0.0; RANGES_MAX],
            rate: [0.0; RANGES_MAX],
            minutes_per_pu: [0.0; RANGES_MAX],
            full_min: 0.0,
        };
        for (k, range) in table.ranges.iter().take(RANGES_MAX).enumerate() {
            envelope.from_pu[k] = range.from_pu;
            envelope.width_pu[k] = range.to_pu - range.from_pu;
            envelope.rate[k] = range.pu_per_min;
            envelope.minutes_per_pu[k] = 1.0 / range.pu_per_min;
            envelope.length_min[k] = envelope.width_pu[k] / range.pu_per_min;
            envelope.start_min[k] = envelope.full_min;
            envelope.full_min += envelope.length_min[k];
        }
        envelope
    }

    /// Minutes from zero power to `power_pu`.
    #[inline(always)]
    fn clock(&self, power_pu: f64) -> f64 {
        let mut minutes = 0.0;
        for k in 0..RANGES_MAX {
            minutes += within(power_pu - self.from_pu[k], self.width_pu[k]) * self.minutes_per_pu[k];
        }
        minutes
    }

    /// Power at ramp time `clock_min`, and the integral of power over ramp time up to there in pu min.
    #[inline(always)]
    fn power(&self, clock_min: f64) -> (f64, f64) {
        let (mut power, mut area) = (0.0, 0.0);
        for k in 0..RANGES_MAX {
            let inside = within(clock_min - self.start_min[k], self.length_min[k]);
            power += inside * self.rate[k];
            area += inside * (self.from_pu[k] + 0.5 * self.rate[k] * inside);
        }
        (power, area)
    }

    /// Minutes needed from `start_pu` to `end_pu`, through the ranges.
    #[must_use]
    pub fn minutes(&self, start_pu: f64, end_pu: f64) -> f64 {
        (self.clock(end_pu) - self.clock(start_pu)).abs()
    }

    /// Power and mean power when ramping from `start_pu` for the whole step, up (`direction` 1) or
    /// down (-1), and holding 0 or 1 once reached.
    #[inline(always)]
    #[must_use]
    pub fn ramp(&self, start_pu: f64, step_min: f64, direction: f64) -> (f64, f64) {
        let start = self.clock(start_pu);
        let (_, area) = self.power(start);
        self.onward(start, area, step_min, direction)
    }

    #[inline(always)]
    fn onward(&self, start_min: f64, area: f64, step_min: f64, direction: f64) -> (f64, f64) {
        let end_min = within(start_min + direction * step_min, self.full_min);
        let (end, swept) = self.power(end_min);
        let held_min = step_min - direction * (end_min - start_min);
        (end, (direction * (swept - area) + held_min * end) / step_min)
    }

    /// Mean power over a step that ramps from `start_pu` to `end_pu` and stays there; the end must
    /// lie within [`Self::reach`].
    #[inline(always)]
    #[must_use]
    pub fn mean(&self, start_pu: f64, end_pu: f64, step_min: f64) -> f64 {
        let (start, end) = (self.clock(start_pu), self.clock(end_pu));
        let (swept, needed) = (self.power(end).1 - self.power(start).1, end - start);
        (swept.abs() + (step_min - needed.abs()) * end_pu) / step_min
    }

    /// Where a step ends that ramps from `start_pu` at full rate and then holds, and whose mean is
    /// `mean_pu`: the inverse of [`Self::mean`]. A mean out of reach gives the furthest that is in reach.
    ///
    /// While it ramps at `rate` with `left` minutes to go, `t` minutes further move the step's energy by
    /// `rate (left t - t^2 / 2)`: within a range a quadratic equation, solved in the form that does not cancel.
    #[must_use]
    pub fn end_of_mean(&self, start_pu: f64, mean_pu: f64, step_min: f64) -> f64 {
        let sign = if mean_pu > start_pu { 1.0 } else { -1.0 };
        let (mut power, mut left, mut lack) = (start_pu, step_min, (mean_pu - start_pu).abs() * step_min);
        for at in 0..RANGES_MAX {
            let k = if sign > 0.0 { at } else { RANGES_MAX - 1 - at };
            let stop = if sign > 0.0 { self.from_pu[k] + self.width_pu[k] } else { self.from_pu[k] };
            let (rate, distance) = (self.rate[k], sign * (stop - power));
            if rate <= 0.0 || distance <= 0.0 {
                continue;
            }
            let minutes = (distance * self.minutes_per_pu[k]).min(left);
            let gain = rate * minutes * (left - 0.5 * minutes);
            if lack <= gain {
                let twice = 2.0 * lack * self.minutes_per_pu[k];
                let root = (left * left - twice).max(0.0).sqrt();
                return power + sign * rate * twice / (left + root);
            }
            lack -= gain;
            left -= minutes;
            power += sign * rate * minutes;
            if left <= 0.0 {
                break;
            }
        }
        power
    }

    /// What is reachable within steps of `step_min` minutes (above 0) when every future stands at `start_pu`.
    #[must_use]
    pub fn reach(&self, start_pu: f64, step_min: f64) -> Reach {
        let row = Lanes::splat(start_pu);
        let mut reach = Reach { end_pu: [row; 2], mean_pu: [row; 2], start_pu: row, step_min };
        reach.renew(self, &row);
        reach
    }
}

impl Reach {
    /// Brings the reach to the powers `start_pu`; free where no future's power has changed.
    #[inline(always)]
    pub fn update(&mut self, envelope: &Envelope, start_pu: &Lanes) {
        let mut changed = 0_u64;
        for lane in 0..LANES {
            changed |= start_pu[lane].to_bits() ^ self.start_pu[lane].to_bits();
        }
        if changed != 0 {
            self.renew(envelope, start_pu);
        }
    }

    #[cold]
    #[inline(never)]
    fn renew(&mut self, envelope: &Envelope, start_pu: &Lanes) {
        self.start_pu = *start_pu;
        for lane in 0..LANES {
            let start = envelope.clock(start_pu[lane]);
            let (_, area) = envelope.power(start);
            (self.end_pu[0][lane], self.mean_pu[0][lane]) = envelope.onward(start, area, self.step_min, -1.0);
            (self.end_pu[1][lane], self.mean_pu[1][lane]) = envelope.onward(start, area, self.step_min, 1.0);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact on purpose")]
mod tests {
    use super::*;

    #[test]
    fn the_time_between_two_powers_is_summed_over_the_ranges() {
        let envelope = Envelope::new(&EnvelopeTable::pwr());
        // 20 % at 5 %/min, 30 % at 3 %/min, 10 % at 1 %/min.
        assert!((envelope.minutes(1.0, 0.4) - 24.0).abs() < 1e-12);
        assert!((envelope.minutes(0.4, 1.0) - 24.0).abs() < 1e-12);
        assert_eq!(envelope.minutes(0.7, 0.7), 0.0);
    }

    #[test]
    fn the_reach_is_the_inverse_of_the_time() {
        let envelope = Envelope::new(&EnvelopeTable::pwr());
        for start in [0.0, 0.13, 0.5, 0.77, 0.9, 1.0] {
            for step_min in [0.5, 5.0, 17.0, 60.0] {
                let reach = envelope.reach(start, step_min);
                for (side, stop) in [(0, 0.0), (1, 1.0)] {
                    let end = reach.end_pu[side][11];
                    let took = envelope.minutes(start, end);
                    assert!((took - step_min).abs() < 1e-9 || (end - stop).abs() < 1e-12 && took < step_min);
                }
            }
        }
    }

    #[test]
    fn the_mean_is_the_integral_of_the_path() {
        let envelope = Envelope::new(&EnvelopeTable::pwr());
        for (start, direction) in [(0.95, -1.0), (0.2, 1.0), (0.6, 1.0), (1.0, -1.0)] {
            let (end, mean) = envelope.ramp(start, 60.0, direction);
            let parts = 60_000_u32;
            let sum: f64 = (0..parts).map(|k| envelope.ramp(start, (f64::from(k) + 0.5) * 1e-3, direction).0).sum();
            assert!((mean - sum / f64::from(parts)).abs() < 1e-7, "{start} {mean}");
            assert!((envelope.mean(start, end, 60.0) - mean).abs() < 1e-12);
        }
    }

    #[test]
    fn the_end_of_a_mean_is_the_inverse_of_the_mean() {
        let envelope = Envelope::new(&EnvelopeTable::pwr());
        for start in [0.0, 0.3, 0.55, 0.8, 0.93, 1.0] {
            for step_min in [1.0 / 60.0, 5.0, 60.0, 1440.0] {
                let reach = envelope.reach(start, step_min);
                let (low, high) = (reach.end_pu[0][0], reach.end_pu[1][0]);
                for share in [0.0, 0.1, 0.5, 0.99, 1.0] {
                    let end = low + share * (high - low);
                    let mean = envelope.mean(start, end, step_min);
                    let back = envelope.end_of_mean(start, mean, step_min);
                    assert!((envelope.mean(start, back, step_min) - mean).abs() < 1e-12, "{start} {step_min} {end}");
                }
                assert!((envelope.end_of_mean(start, 2.0, step_min) - high).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn an_update_moves_the_reach_to_the_new_powers() {
        let envelope = Envelope::new(&EnvelopeTable::pwr());
        let mut reach = envelope.reach(1.0, 5.0);
        let mut row = Lanes::splat(1.0);
        row[4] = 0.6;
        reach.update(&envelope, &row);
        let wanted = envelope.reach(0.6, 5.0);
        assert_eq!((reach.end_pu[0][4], reach.mean_pu[1][4]), (wanted.end_pu[0][0], wanted.mean_pu[1][0]));
        assert!((reach.end_pu[0][5] - 0.77).abs() < 1e-12);
    }

    #[test]
    fn faults_name_every_broken_rule() {
        assert!(EnvelopeTable::pwr().faults().is_empty() && EnvelopeTable::smr().faults().is_empty());
        let mut broken = EnvelopeTable::pwr();
        broken.ranges[0].pu_per_min = 0.0;
        broken.ranges[1].from_pu = 0.6;
        broken.ranges[2].to_pu = 1.1;
        broken.min_load_pu = 1.3;
        let keys: Vec<_> = broken.faults().iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["pu_per_min", "ranges", "ranges", "min_load_pu"]);
    }
}

//! How many of a group of equal units run: starts, stops, minimum up and down times, in lanes.
//!
//! Units are told apart only by how long they have been on or off, so a group is counts by age:
//! rings of the starts and stops of the last `min_up` and `min_down` steps. A step touches two rows
//! of them, however long the times and however many the units. Not here: which number is wanted,
//! start-up costs and fuel, power within the step.

use crate::assets::fault::{Fault, not_negative};
use crate::lanes::{LANES, Lanes};

/// Parameters of a group of equal units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Commitment {
    /// Units in the group.
    pub count: u32,
    /// A unit that started stays on for this time, hours.
    pub min_up_time_h: f64,
    /// A unit that stopped, or came back from an outage, stays off for this time, hours.
    pub min_down_time_h: f64,
    /// Units on at step 0; these, and those off, are free to change at once.
    pub initial_on: u32,
}

impl Commitment {
    /// All rules that the parameters break with steps of `step_h` hours.
    #[must_use]
    pub fn faults(&self, step_h: f64) -> Vec<Fault> {
        let bounded = |h: f64| not_negative(h) && h <= 10_000.0 * step_h;
        [
            Fault::unless((1..=1_000_000).contains(&self.count), "count", "must lie between 1 and 1 000 000"),
            Fault::unless(bounded(self.min_up_time_h), "min_up_time_h", "must lie between 0 and 10 000 steps"),
            Fault::unless(bounded(self.min_down_time_h), "min_down_time_h", "must lie between 0 and 10 000 steps"),
            Fault::unless(self.initial_on <= self.count, "initial_on", "must be at most count"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Whole steps that a time of `time_h` lasts: a begun step counts.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "faults() bounds it to 0-10 000")]
pub fn steps_of(time_h: f64, step_h: f64) -> usize {
    (time_h / step_h - 1e-9).ceil() as usize
}

/// What the step decided, units per lane.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Committed {
    /// Running in this step.
    pub on: Lanes<u32>,
    /// Started at its begin.
    pub starts: Lanes<u32>,
    /// Stopped at its begin by decision.
    pub stops: Lanes<u32>,
    /// Lost from running at its begin by a forced outage.
    pub tripped: Lanes<u32>,
    /// Running beyond what was wanted, for their minimum up time.
    pub forced_on: Lanes<u32>,
    /// Wanted and not out, but held off by their minimum down time.
    pub blocked: Lanes<u32>,
}

/// Units that changed in the last steps and are not free yet.
#[derive(Clone, Debug, PartialEq)]
struct Locked {
    /// Units by the step of their change; `at` is this step's slot, the slot after it the oldest.
    ring: Vec<Lanes<u32>>,
    at: usize,
    /// Sum of the ring.
    units: Lanes<u32>,
}

impl Locked {
    fn new(steps: usize) -> Self {
        // A unit changes at most once per step: a time of 0 holds it no less than one of 1 step.
        Self { ring: vec![Lanes::splat(0); steps.max(1)], at: 0, units: Lanes::splat(0) }
    }

    fn clear(&mut self) {
        self.ring.fill(Lanes::splat(0));
        self.units = Lanes::splat(0);
        self.at = 0;
    }

    /// Goes on to the next step: who changed as many steps ago as the ring is long becomes free.
    #[inline(always)]
    fn advance(&mut self) {
        self.at = if self.at + 1 < self.ring.len() { self.at + 1 } else { 0 };
        let slot = &mut self.ring[self.at];
        for lane in 0..LANES {
            self.units[lane] -= slot[lane];
        }
        *slot = Lanes::splat(0);
    }

    /// Locks `units` of one lane that change now.
    fn lock(&mut self, lane: usize, units: u32) {
        self.ring[self.at][lane] += units;
        self.units[lane] += units;
    }

    /// Who becomes free with the next step.
    fn next(&self) -> &Lanes<u32> {
        &self.ring[if self.at + 1 < self.ring.len() { self.at + 1 } else { 0 }]
    }

    /// Locks a row of units that change now.
    #[inline(always)]
    fn lock_row(&mut self, row: &Lanes<u32>) {
        let slot = &mut self.ring[self.at];
        for lane in 0..LANES {
            slot[lane] += row[lane];
            self.units[lane] += row[lane];
        }
    }

    /// Takes `units` out, those locked longest first.
    #[cold]
    fn take(&mut self, lane: usize, mut units: u32) {
        self.units[lane] -= units;
        for age in 1..=self.ring.len() {
            let slot = (self.at + age) % self.ring.len();
            let taken = self.ring[slot][lane].min(units);
            self.ring[slot][lane] -= taken;
            units -= taken;
        }
    }
}

/// A group of units in operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningUnits {
    count: u32,
    initial_on: u32,
    on: Lanes<u32>,
    available: Lanes<u32>,
    young_on: Locked,
    young_off: Locked,
    /// Whether a unit that comes back from an outage waits for its minimum down time.
    waits_after_outage: bool,
}

impl RunningUnits {
    /// Makes a faultless group ready for steps of `step_h` hours.
    #[must_use]
    pub fn new(commitment: &Commitment, step_h: f64) -> Self {
        let min_down = steps_of(commitment.min_down_time_h, step_h);
        Self {
            count: commitment.count,
            initial_on: commitment.initial_on,
            on: Lanes::splat(commitment.initial_on),
            available: Lanes::splat(commitment.count),
            young_on: Locked::new(steps_of(commitment.min_up_time_h, step_h)),
            young_off: Locked::new(min_down),
            waits_after_outage: min_down > 0,
        }
    }

    /// Back to the horizon's start.
    pub fn restart(&mut self) {
        self.on = Lanes::splat(self.initial_on);
        self.available = Lanes::splat(self.count);
        self.young_on.clear();
        self.young_off.clear();
    }

    /// The step: from the units `wanted` on and the units `available` (not in outage, at most
    /// `count`) to those that run.
    ///
    /// - A unit started at step t may not stop before t + `min_up`; one stopped at t may not start
    ///   before t + `min_down`. Who may stop, stops oldest start first.
    /// - A forced outage takes running units first, oldest start first, then those off, longest off
    ///   first: the cautious reading, since outages are counted without asking which unit fails.
    ///   It takes them whatever their minimum up time.
    /// - A unit back at step t counts as stopped at t (with a minimum down time of 0 it is free).
    #[inline(always)]
    pub fn step(&mut self, wanted: &Lanes<u32>, available: &Lanes<u32>, out: &mut Committed) {
        self.young_on.advance();
        self.young_off.advance();
        out.tripped = Lanes::splat(0);
        if self.available != *available {
            self.outages(available, &mut out.tripped);
        }
        let Self { on, young_on, young_off, .. } = self;
        for lane in 0..LANES {
            let want = wanted[lane].min(available[lane]);
            let stops = on[lane].saturating_sub(want).min(on[lane] - young_on.units[lane]);
            let free = available[lane] - on[lane] - young_off.units[lane];
            let starts = want.saturating_sub(on[lane]).min(free);
            on[lane] = on[lane] + starts - stops;
            out.on[lane] = on[lane];
            out.starts[lane] = starts;
            out.stops[lane] = stops;
            out.forced_on[lane] = on[lane].saturating_sub(wanted[lane]);
            out.blocked[lane] = want.saturating_sub(on[lane]);
        }
        young_on.lock_row(&out.starts);
        young_off.lock_row(&out.stops);
    }

    /// How many more units could run in a lane of the step `decided`.
    #[must_use]
    pub fn could_add(&self, lane: usize, decided: &Committed) -> u32 {
        self.available[lane] - self.on[lane] - (self.young_off.units[lane] - decided.stops[lane])
    }

    /// Has `units` more run in a lane of the step `decided`: those that were to stop, then others.
    pub fn add(&mut self, lane: usize, units: u32, decided: &mut Committed) {
        let kept = units.min(decided.stops[lane]);
        let starts = units - kept;
        self.young_off.ring[self.young_off.at][lane] -= kept;
        self.young_off.units[lane] -= kept;
        self.young_on.lock(lane, starts);
        self.on[lane] += units;
        decided.stops[lane] -= kept;
        decided.starts[lane] += starts;
        decided.on[lane] = self.on[lane];
    }

    /// How few and how many units may run in the step to come, with `available` up: what
    /// [`Self::step`] would hold on, and what it could have on. After an outage an estimate; the
    /// step itself decides.
    #[inline(always)]
    pub fn bounds(&self, available: &Lanes<u32>, least: &mut Lanes<u32>, most: &mut Lanes<u32>) {
        let (up, down) = (self.young_on.next(), self.young_off.next());
        for lane in 0..LANES {
            let now = available[lane].min(self.count);
            let back = if self.waits_after_outage { now.saturating_sub(self.available[lane]) } else { 0 };
            least[lane] = (self.young_on.units[lane] - up[lane]).min(now);
            most[lane] = now.saturating_sub(self.young_off.units[lane] - down[lane] + back).max(least[lane]);
        }
    }

    /// Takes away units that failed since the last step and gives back those repaired.
    #[cold]
    fn outages(&mut self, available: &Lanes<u32>, tripped: &mut Lanes<u32>) {
        for lane in 0..LANES {
            let (before, now) = (self.available[lane], available[lane].min(self.count));
            let lost = before.saturating_sub(now);
            let from_on = lost.min(self.on[lane]);
            let young = from_on.saturating_sub(self.on[lane] - self.young_on.units[lane]);
            let free_off = before - self.on[lane] - self.young_off.units[lane];
            let young_off = (lost - from_on).saturating_sub(free_off);
            if young > 0 {
                self.young_on.take(lane, young);
            }
            if young_off > 0 {
                self.young_off.take(lane, young_off);
            }
            self.on[lane] -= from_on;
            tripped[lane] = from_on;
            if self.waits_after_outage {
                self.young_off.lock(lane, now.saturating_sub(before));
            }
        }
        self.available = *available;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One unit of the slow oracle, with the step of its last change.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Unit {
        On(i64),
        Off(i64),
        Out,
    }

    struct Oracle {
        units: Vec<Unit>,
        min_up: i64,
        min_down: i64,
        now: i64,
    }

    impl Oracle {
        fn new(count: u32, on: u32, min_up: i64, min_down: i64) -> Self {
            let unit = |i| if i < on { Unit::On(-1_000_000) } else { Unit::Off(-1_000_000) };
            Self { units: (0..count).map(unit).collect(), min_up, min_down, now: 0 }
        }

        fn count(&self, is: impl Fn(Unit) -> bool) -> usize {
            self.units.iter().filter(|u| is(**u)).count()
        }

        /// Turns up to `n` units that `age` gives a step for, the lowest first, into `new`.
        fn turn(&mut self, n: usize, age: impl Fn(Unit) -> Option<i64>, new: Unit) -> u32 {
            let mut order: Vec<_> = (0..self.units.len()).filter_map(|i| Some((age(self.units[i])?, i))).collect();
            order.sort_unstable();
            order.truncate(n);
            order.iter().for_each(|(_, i)| self.units[*i] = new);
            u32::try_from(order.len()).unwrap()
        }

        /// On, starts, stops, tripped, forced on, blocked.
        fn step(&mut self, wanted: u32, available: u32) -> [u32; 6] {
            let (t, min_up, min_down) = (self.now, self.min_up, self.min_down);
            self.now += 1;
            let up = self.count(|u| u != Unit::Out);
            let lost = up.saturating_sub(available as usize);
            let tripped = self.turn(lost, |u| if let Unit::On(s) = u { Some(s) } else { None }, Unit::Out);
            self.turn(lost - tripped as usize, |u| if let Unit::Off(s) = u { Some(s) } else { None }, Unit::Out);
            let back = Unit::Off(if min_down > 0 { t } else { -1_000_000 });
            self.turn((available as usize).saturating_sub(up), |u| (u == Unit::Out).then_some(0), back);
            let on = self.count(|u| matches!(u, Unit::On(_)));
            let want = wanted.min(available) as usize;
            let old = |u| if let Unit::On(s) = u { (t - s >= min_up).then_some(s) } else { None };
            let stops = self.turn(on.saturating_sub(want), old, Unit::Off(t));
            let free = |u| if let Unit::Off(s) = u { (s < t && t - s >= min_down).then_some(s) } else { None };
            let starts = self.turn(want.saturating_sub(on), free, Unit::On(t));
            let on = u32::try_from(self.count(|u| matches!(u, Unit::On(_)))).unwrap();
            [on, starts, stops, tripped, on.saturating_sub(wanted), wanted.min(available).saturating_sub(on)]
        }
    }

    fn group(count: u32, on: u32, min_up: f64, min_down: f64) -> RunningUnits {
        let parameters = Commitment { count, min_up_time_h: min_up, min_down_time_h: min_down, initial_on: on };
        assert_eq!(parameters.faults(1.0), []);
        RunningUnits::new(&parameters, 1.0)
    }

    fn lane(out: &Committed, lane: usize) -> [u32; 6] {
        let Committed { on, starts, stops, tripped, forced_on, blocked } = out;
        [on, starts, stops, tripped, forced_on, blocked].map(|row| row[lane])
    }

    proptest! {
        /// Every lane has a course of its own, so that a mixing of lanes would show, too.
        #[test]
        fn counts_by_age_agree_with_units_kept_one_by_one(
            count in 1_u32..8, on in 0_u32..8, min_up in 0_u8..7, min_down in 0_u8..7,
            course in prop::collection::vec((0_u32..10, 0_u32..4, 0_usize..64), 1..120),
        ) {
            let on = on.min(count);
            let mut units = group(count, on, f64::from(min_up), f64::from(min_down));
            let mut oracles: Vec<_> =
                (0..LANES).map(|_| Oracle::new(count, on, i64::from(min_up), i64::from(min_down))).collect();
            let mut out = Committed::default();
            for (wanted, failed, turn) in course {
                let wanted = Lanes(std::array::from_fn(|i| (wanted + u32::from((i + turn) % 3 == 0)).min(9)));
                let available =
                    Lanes(std::array::from_fn(|i| count - failed.min(count) * u32::from((i + turn) % 4 != 0)));
                units.step(&wanted, &available, &mut out);
                for i in 0..LANES {
                    prop_assert_eq!(lane(&out, i), oracles[i].step(wanted[i], available[i]), "lane {}", i);
                }
            }
        }
    }

    #[test]
    fn a_started_unit_stays_on_and_a_stopped_one_off_for_its_time() {
        let mut units = group(1, 0, 3.0, 2.0);
        let mut out = Committed::default();
        let on = [1, 0, 0, 0, 1, 1, 0].map(|wanted| {
            units.step(&Lanes::splat(wanted), &Lanes::splat(1), &mut out);
            (out.on[5], out.forced_on[5], out.blocked[5])
        });
        assert_eq!(on, [(1, 0, 0), (1, 1, 0), (1, 1, 0), (0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 1, 0)]);
    }

    #[test]
    fn an_outage_takes_a_unit_whatever_its_time_and_it_waits_after_repair() {
        let mut units = group(1, 0, 8.0, 2.0);
        let mut out = Committed::default();
        let course = [1, 1, 0, 1, 1, 1].map(|available| {
            units.step(&Lanes::splat(1), &Lanes::splat(available), &mut out);
            (out.on[0], out.tripped[0], out.blocked[0])
        });
        assert_eq!(course, [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1), (1, 0, 0)]);
    }

    #[test]
    fn a_restart_forgets_everything() {
        let fresh = group(3, 1, 4.0, 4.0);
        let mut units = fresh.clone();
        for wanted in [3, 0, 2] {
            units.step(&Lanes::splat(wanted), &Lanes::splat(2), &mut Committed::default());
        }
        units.restart();
        assert_eq!(units, fresh);
    }

    #[test]
    fn a_begun_step_counts_whole() {
        assert_eq!([(8.0, 1.0), (8.5, 1.0), (0.3, 0.1), (0.0, 1.0)].map(|(h, step)| steps_of(h, step)), [8, 9, 3, 0]);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let bad = Commitment { count: 0, min_up_time_h: -1.0, min_down_time_h: f64::NAN, initial_on: 1 };
        assert_eq!(bad.faults(1.0).len(), 4);
    }
}

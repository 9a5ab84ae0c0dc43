//! Geopolitical risk, or any other rare disturbance, as an explicit process: how often it strikes,
//! how hard and for how long. Never a hidden score.
//!
//! Events come at a rate per year that a monthly course may multiply, for example the geopolitical
//! risk index of D. Caldara and M. Iacoviello ("Measuring geopolitical risk", American Economic
//! Review 112, 2022) over its own mean. While events overlap the gravest counts: the severity
//! farthest from 1 as a ratio. Step 0 finds no event running, since today's state is known; the
//! share of time in crisis therefore builds up over about one mean duration.

use super::Rules;
use super::events::{Event, EventClock};
use super::normal::{FAR, pair};
use crate::assets::fault::Fault;
use crate::clock::Stamp;
use crate::lanes::{LANES, Lanes};
use crate::streams::{StreamKey, open_unit};

/// Hours of the year that `events_per_year` refers to.
const YEAR_H: f64 = 8760.0;

/// A process of rare events.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Mean number of events in 8760 h at a course of 1; 0 to 100 000.
    pub events_per_year: f64,
    /// Factors on the rate by month, the month of step 0 first; whole years, repeated from the
    /// start when they run out; empty for a constant rate. An index is divided by its mean first
    /// (see [`Risk::course`]).
    pub monthly_course: Vec<f64>,
    /// What an event multiplies by while it lasts.
    pub severity: Severity,
    /// How long it lasts.
    pub duration: Duration,
}

/// The law of an event's factor; 1 has no effect, 2.5 makes a price two and a half times itself,
/// 0.7 leaves 70 % of an availability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Severity {
    /// Always the same, 0 or more.
    Fixed(f64),
    /// Evenly between two factors.
    Uniform {
        /// Least factor, 0 or more.
        min: f64,
        /// Greatest factor.
        max: f64,
    },
    /// Lognormal.
    Lognormal {
        /// Median factor, above 0.
        median: f64,
        /// Standard deviation of its logarithm, 0 or more.
        log_standard_deviation: f64,
    },
}

/// The law of an event's length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Duration {
    /// Always the same number of hours, above 0.
    Fixed(f64),
    /// Exponential, with this mean in hours, above 0.
    Exponential(f64),
}

impl Risk {
    /// A monthly index as a course: each value over the mean of all of them.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a course has far fewer than 2^52 months")]
    pub fn course(index: &[f64]) -> Vec<f64> {
        let mean = index.iter().sum::<f64>() / index.len() as f64;
        index.iter().map(|value| value / mean).collect()
    }

    /// Every broken rule.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut rules = Rules::default();
        rules.between("events_per_year", self.events_per_year, 0.0, 100_000.0);
        let course = &self.monthly_course;
        rules.check("monthly_course", course.len().is_multiple_of(12), "must cover whole years of 12 months");
        let factors = course.iter().all(|f| (0.0..=1000.0).contains(f));
        rules.check("monthly_course", factors, "must lie between 0 and 1000");
        match self.severity {
            Severity::Fixed(factor) => rules.not_negative("severity", factor),
            Severity::Uniform { min, max } => {
                rules.not_negative("severity_min", min);
                rules.check("severity_max", max >= min && max.is_finite(), "must be at least severity_min");
            }
            Severity::Lognormal { median, log_standard_deviation } => {
                rules.above_zero("severity_median", median);
                rules.not_negative("severity_log_standard_deviation", log_standard_deviation);
            }
        }
        match self.duration {
            Duration::Fixed(hours) => rules.above_zero("duration_h", hours),
            Duration::Exponential(hours) => rules.above_zero("mean_duration_h", hours),
        }
        let (Duration::Fixed(hours) | Duration::Exponential(hours)) = self.duration;
        let at_once = self.events_per_year / YEAR_H * hours;
        rules.check(
            "events_per_year",
            at_once <= 1000.0 || at_once.is_nan(),
            "times the duration must not make 1000 events run at once",
        );
        rules.0
    }

    /// Hazard that has piled up by the start of each step; its start does not depend on its end.
    fn hazard(&self, stamps: &[Stamp], step_h: f64) -> Vec<f64> {
        let per_step = self.events_per_year / YEAR_H * step_h;
        let (mut month, mut sum, mut hazard) = (0, 0.0, Vec::with_capacity(stamps.len()));
        for (step, stamp) in stamps.iter().enumerate() {
            if step > 0 {
                let passed = 12 + usize::from(stamp.month) - usize::from(stamps[step - 1].month);
                month += passed % 12;
            }
            hazard.push(sum);
            let factor = match self.monthly_course.len() {
                0 => 1.0,
                months => self.monthly_course[month % months],
            };
            sum += per_step * factor;
        }
        hazard
    }
}

impl Severity {
    fn at(self, words: [u64; 2]) -> f64 {
        match self {
            Self::Fixed(factor) => factor,
            Self::Uniform { min, max } => min + (max - min) * open_unit(words[0]),
            Self::Lognormal { median, log_standard_deviation } => {
                median * libm::exp(log_standard_deviation * pair(words)[0])
            }
        }
    }

    fn most(self) -> f64 {
        match self {
            Self::Fixed(factor) | Self::Uniform { max: factor, .. } => factor.max(1.0),
            Self::Lognormal { median, log_standard_deviation } => {
                (median * libm::exp(FAR * log_standard_deviation)).max(1.0)
            }
        }
    }
}

impl Duration {
    fn at(self, word: u64) -> f64 {
        match self {
            Self::Fixed(hours) => hours,
            Self::Exponential(mean) => -mean * libm::log(open_unit(word)),
        }
    }
}

/// An event that has not ended.
#[derive(Clone, Copy, Debug)]
struct Active {
    lane: usize,
    end_h: f64,
    severity: f64,
}

/// One risk in lanes.
#[derive(Clone, Debug)]
pub(super) struct RiskPath {
    risk: Risk,
    clock: EventClock,
    severities: StreamKey,
    hazard: Vec<f64>,
    step_h: f64,
    active: Vec<Active>,
    /// When the next of them ends; minus infinity before the first step.
    next_end_h: f64,
    /// First step after the last one that is known to be in crisis.
    until_step: Lanes,
    /// Steps in crisis up to `until_step`.
    steps_active: Lanes,
}

impl RiskPath {
    pub fn new(risk: &Risk, seed: u64, stream: &str, step_h: f64, stamps: &[Stamp]) -> Self {
        Self {
            clock: EventClock::new(StreamKey::new(seed, stream, "risk", 0)),
            severities: StreamKey::new(seed, stream, "risk_severity", 0),
            hazard: risk.hazard(stamps, step_h),
            step_h,
            active: Vec::with_capacity(LANES),
            next_end_h: f64::NEG_INFINITY,
            until_step: Lanes::default(),
            steps_active: Lanes::default(),
            risk: risk.clone(),
        }
    }

    pub fn restart(&mut self, first_replica: u64) {
        self.clock.restart(0.0, first_replica);
        self.active.clear();
        self.next_end_h = f64::NEG_INFINITY;
        self.until_step = Lanes::default();
        self.steps_active = Lanes::default();
    }

    /// Writes the severity at step `step` to `out`, which holds the last step's; whether it changed.
    #[inline(always)]
    pub fn advance(&mut self, step: usize, hours: f64, first_replica: u64, out: &mut Lanes) -> bool {
        let changes = self.clock.is_due(self.hazard[step]) || self.next_end_h <= hours;
        if changes {
            self.change(step, hours, first_replica, out);
        }
        changes
    }

    #[cold]
    fn change(&mut self, step: usize, hours: f64, first_replica: u64, out: &mut Lanes) {
        let now = self.hazard[step];
        // What piled up in the step before, for the moment within it at which an event began.
        let before = now - self.hazard[step.saturating_sub(1)];
        let Self { risk, clock, severities, step_h, active, until_step, steps_active, .. } = self;
        clock.fire(now, first_replica, |Event { lane, replica, number, at, word }| {
            let end_h = hours - (now - at) / before * *step_h + risk.duration.at(word);
            if end_h > hours {
                let severity = risk.severity.at(severities.draw(replica, number));
                active.push(Active { lane, end_h, severity });
                credit(step, (end_h / *step_h).ceil(), &mut until_step[lane], &mut steps_active[lane]);
            }
        });
        active.retain(|event| event.end_h > hours);
        *out = Lanes::splat(1.0);
        self.next_end_h = f64::INFINITY;
        for event in active {
            self.next_end_h = self.next_end_h.min(event.end_h);
            if gravity(event.severity) > gravity(out[event.lane]) {
                out[event.lane] = event.severity;
            }
        }
    }

    /// The hazard in the month of the greatest course, events per hour.
    pub fn greatest_hazard_per_h(&self) -> f64 {
        let course = self.risk.monthly_course.iter().copied().fold(1.0, f64::max);
        self.risk.events_per_year / 8760.0 * course
    }

    /// How many events have begun in each lane.
    pub fn events(&self) -> &Lanes<u32> {
        self.clock.fired()
    }

    /// Hours in crisis of each lane, from step 0 to the end of step `step`, the last one advanced.
    #[expect(clippy::cast_precision_loss, reason = "a horizon has far fewer than 2^52 steps")]
    pub fn hours_active(&self, step: usize) -> Lanes {
        let mut hours = Lanes::default();
        for lane in 0..LANES {
            let ahead = (self.until_step[lane] - (step + 1) as f64).max(0.0);
            hours[lane] = (self.steps_active[lane] - ahead) * self.step_h;
        }
        hours
    }

    /// The greatest severity, or the one passed once in 1e12 events.
    pub fn magnitude(&self) -> f64 {
        self.risk.severity.most()
    }
}

/// Counts the steps from `step` to before `end` that are not counted yet.
#[expect(clippy::cast_precision_loss, reason = "a horizon has far fewer than 2^52 steps")]
fn credit(step: usize, end: f64, until: &mut f64, steps: &mut f64) {
    *steps += (end - until.max(step as f64)).max(0.0);
    *until = until.max(end);
}

/// How far a factor is from 1, as a ratio: 2 and 1/2 are equally grave.
fn gravity(severity: f64) -> f64 {
    severity.max(1.0 / severity)
}

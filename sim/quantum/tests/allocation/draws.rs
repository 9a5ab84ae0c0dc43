//! Random problems, the same on every machine.

use energyopti_quantum::allocation::{Budget, Candidate, Problem, Risk};
use energyopti_streams::{StreamKey, open_unit};

/// How many random problems a test takes.
pub fn cases(default: u64) -> u64 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Draws in order.
pub struct Draws {
    key: StreamKey,
    case: u64,
    event: u64,
}

impl Draws {
    pub fn new(name: &str, case: u64) -> Self {
        Self { key: StreamKey::new(1, name, "test", 0), case, event: 0 }
    }

    /// Even in (0, 1].
    pub fn unit(&mut self) -> f64 {
        self.event += 1;
        open_unit(self.key.draw(self.case, self.event)[0])
    }

    /// Even in `low..=high`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
    pub fn whole(&mut self, low: u32, high: u32) -> u32 {
        (low + (self.unit() * f64::from(high - low + 1)) as u32).min(high)
    }

    fn candidates(&mut self, count: usize, most_units: u32) -> Vec<Candidate> {
        let of = |at: usize| {
            let max_units = self.whole(1, most_units);
            let min_units = u32::from(at > 0 && self.unit() < 0.15);
            let (cost, expected_return) = (1.0 + 9.0 * self.unit(), Some(self.unit() * 2.0 - 0.3));
            Candidate { name: format!("c{at}"), cost, expected_return, min_units, max_units }
        };
        (0..count).map(of).collect()
    }

    fn budget(&mut self, candidates: &[Candidate]) -> Option<Budget> {
        let total = |of: fn(&Candidate) -> u32| candidates.iter().map(|c| f64::from(of(c)) * c.cost).sum::<f64>();
        let [low, high] = [total(|c| c.min_units), total(|c| c.max_units)];
        let at = |share: f64| low + share * (high - low);
        let share = 0.3 + 0.5 * self.unit();
        match self.whole(0, 2) {
            0 => None,
            1 => Some(Budget { least: None, greatest: at(share) }),
            _ => Some(Budget { least: Some(at(share - 0.25)), greatest: at(share) }),
        }
    }

    /// A mean-variance problem of units.
    pub fn mean_variance(&mut self, count: usize, most_units: u32) -> Problem {
        let candidates = self.candidates(count, most_units);
        let factor: Vec<Vec<f64>> = (0..count).map(|_| (0..4).map(|_| self.unit() - 0.4).collect()).collect();
        let entry = |i: usize, j: usize| {
            factor[i].iter().zip(&factor[j]).map(|(a, b)| a * b).sum::<f64>() + if i == j { 0.05 } else { 0.0 }
        };
        let covariance = (0..count).map(|i| (0..count).map(|j| entry(i, j)).collect()).collect();
        let risk = Risk::MeanVariance { covariance, risk_aversion: 0.1 + self.unit() };
        Problem { budget: self.budget(&candidates), candidates, risk, cardinality: None }
    }

    /// The same with futures.
    pub fn cvar(&mut self, count: usize, most_units: u32, futures: usize) -> Problem {
        let mut candidates = self.candidates(count, most_units);
        candidates.iter_mut().for_each(|candidate| candidate.expected_return = None);
        let mut future = || (0..count).map(|_| 1.5 * self.unit() - 0.5).collect();
        let scenarios = (0..futures).map(|_| future()).collect();
        let risk = Risk::Cvar { scenarios, alpha: 0.5 + 0.45 * self.unit(), risk_aversion: 2.0 * self.unit() };
        Problem { budget: self.budget(&candidates), candidates, risk, cardinality: None }
    }

    /// Turns a problem of single units into one with a number of positions.
    pub fn with_positions(&mut self, mut problem: Problem) -> Problem {
        let count = u32::try_from(problem.candidates.len()).unwrap();
        problem.candidates.iter_mut().for_each(|candidate| (candidate.min_units, candidate.max_units) = (0, 1));
        problem.cardinality = Some(self.whole(1, count - 1));
        problem.budget = None;
        problem
    }
}

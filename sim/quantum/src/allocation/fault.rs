//! What can be wrong with a problem: looked for all at once, named by candidate.

use std::collections::BTreeSet;

use super::problem::{Candidate, Problem, Risk};

/// One fault of a problem.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Nothing to choose from.
    #[error("there are no candidates")]
    NoCandidates,
    /// Two candidates of one name.
    #[error("two candidates are named `{name}`")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A number that is infinite, no number, or of a wrong sign or range.
    #[error("{what} is {value}; {rule}")]
    Value {
        /// Which number.
        what: String,
        /// What it is.
        value: f64,
        /// What it should be.
        rule: &'static str,
    },
    /// A range of units that holds nothing.
    #[error("`{name}`: units from {min_units} to {max_units}: {rule}")]
    Units {
        /// The candidate.
        name: String,
        /// Its fewest units.
        min_units: u32,
        /// Its most units.
        max_units: u32,
        /// What is wrong with them.
        rule: &'static str,
    },
    /// Only one allocation.
    #[error("there is nothing to choose: every candidate has its units given")]
    NothingToChoose,
    /// Beside a covariance there is no other source of the expected return.
    #[error("`{name}` has no expected return, which mean-variance needs")]
    NoExpectedReturn {
        /// The candidate.
        name: String,
    },
    /// A number that would not be used.
    #[error("`{name}` has an expected return beside scenarios; the mean of the scenarios is used, so leave it out")]
    UnusedExpectedReturn {
        /// The candidate.
        name: String,
    },
    /// A list of the wrong length.
    #[error("{what} has {found} entries and there are {candidates} candidates")]
    Length {
        /// Which list.
        what: String,
        /// Its length.
        found: usize,
        /// The right length.
        candidates: usize,
    },
    /// `Cov[i][j] != Cov[j][i]`.
    #[error("covariance of `{first}` and `{second}` is {one} in one triangle and {other} in the other")]
    NotSymmetric {
        /// The one candidate.
        first: String,
        /// The other.
        second: String,
        /// Above the diagonal.
        one: f64,
        /// Below it.
        other: f64,
    },
    /// Some mix of candidates would have a negative variance.
    #[error(
        "the covariance is not positive semidefinite: some mix of candidates up to `{name}` has a negative variance"
    )]
    NotSemidefinite {
        /// The candidate whose pivot is negative.
        name: String,
    },
    /// Numbers whose sums no double holds.
    #[error("returns, risk and costs add up to more than a double holds")]
    Overflow,
    /// No futures.
    #[error("there are no scenarios")]
    NoScenarios,
    /// A least cost above the greatest.
    #[error("the budget asks for at least {least} and at most {greatest}")]
    BudgetOrder {
        /// Least total cost.
        least: f64,
        /// Greatest total cost.
        greatest: f64,
    },
    /// The cheapest allocation is too dear.
    #[error("the budget of {greatest} meets no allocation: the cheapest costs {cheapest}")]
    BudgetTooSmall {
        /// Greatest total cost.
        greatest: f64,
        /// Least cost of any allocation.
        cheapest: f64,
    },
    /// Even the dearest allocation leaves money that had to be spent.
    #[error("at least {least} must be spent and the dearest allocation costs {dearest}")]
    BudgetTooLarge {
        /// Least total cost.
        least: f64,
        /// Greatest cost of any allocation.
        dearest: f64,
    },
    /// A number of positions that cannot be had.
    #[error("{cardinality} positions are asked for and {fewest} to {most} are possible")]
    Cardinality {
        /// Positions asked for.
        cardinality: u32,
        /// Candidates that are in every allocation.
        fewest: u32,
        /// Candidates.
        most: u32,
    },
    /// Positions are counted over candidates of one unit.
    #[error("`{name}` has max_units {max_units}; with a number of positions every max_units is 1")]
    CardinalityUnits {
        /// The candidate.
        name: String,
        /// Its most units.
        max_units: u32,
    },
}

/// All faults of the data, in the order of the problem's fields. Limits that no allocation meets are
/// looked for only where the data are sound.
pub(super) fn faults(problem: &Problem) -> Vec<Fault> {
    let mut found = Vec::new();
    names(&problem.candidates, &mut found);
    problem.candidates.iter().for_each(|candidate| numbers(candidate, &mut found));
    if found.is_empty() && problem.candidates.iter().all(|c| c.min_units == c.max_units) {
        found.push(Fault::NothingToChoose);
    }
    risk(problem, &mut found);
    limits(problem, &mut found);
    found
}

fn value(what: impl FnOnce() -> String, value: f64, least: f64, rule: &'static str, found: &mut Vec<Fault>) {
    if !(value.is_finite() && value >= least) {
        found.push(Fault::Value { what: what(), value, rule });
    }
}

const FINITE: &str = "it should be finite";
const NOT_NEGATIVE: &str = "it should be finite and 0 or more";

fn names(candidates: &[Candidate], found: &mut Vec<Fault>) {
    if candidates.is_empty() {
        found.push(Fault::NoCandidates);
    }
    let mut seen = BTreeSet::new();
    let twice = candidates.iter().filter(|c| !seen.insert(&c.name));
    found.extend(twice.map(|c| Fault::DuplicateName { name: c.name.clone() }));
}

fn numbers(candidate: &Candidate, found: &mut Vec<Fault>) {
    let Candidate { name, cost, min_units, max_units, .. } = candidate;
    value(|| format!("cost of `{name}`"), *cost, 0.0, NOT_NEGATIVE, found);
    let units = |rule| Fault::Units { name: name.clone(), min_units: *min_units, max_units: *max_units, rule };
    if *max_units == 0 {
        found.push(units("nothing could ever be chosen"));
    } else if min_units > max_units {
        found.push(units("the fewest are more than the most"));
    }
}

fn risk(problem: &Problem, found: &mut Vec<Fault>) {
    let aversion = match &problem.risk {
        Risk::MeanVariance { covariance, risk_aversion } => {
            expected_returns(&problem.candidates, found);
            symmetric(&problem.candidates, covariance, found);
            risk_aversion
        }
        Risk::Cvar { scenarios, alpha, risk_aversion } => {
            scenarios_of(&problem.candidates, scenarios, found);
            if !(0.0..1.0).contains(alpha) {
                let rule = "it should be at least 0 and below 1";
                found.push(Fault::Value { what: "alpha".to_owned(), value: *alpha, rule });
            }
            risk_aversion
        }
    };
    value(|| "risk aversion".to_owned(), *aversion, 0.0, NOT_NEGATIVE, found);
}

fn expected_returns(candidates: &[Candidate], found: &mut Vec<Fault>) {
    for candidate in candidates {
        let name = &candidate.name;
        match candidate.expected_return {
            None => found.push(Fault::NoExpectedReturn { name: name.clone() }),
            Some(r) => value(|| format!("expected return of `{name}`"), r, f64::NEG_INFINITY, FINITE, found),
        }
    }
}

fn rows(candidates: &[Candidate], rows: &[Vec<f64>], of: &str, found: &mut Vec<Fault>) {
    for (at, row) in rows.iter().enumerate() {
        let what = || format!("row {} of the {of}", at + 1);
        if row.len() != candidates.len() {
            found.push(Fault::Length { what: what(), found: row.len(), candidates: candidates.len() });
        }
        for (&entry, candidate) in row.iter().zip(candidates) {
            value(|| format!("{}, `{}`,", what(), candidate.name), entry, f64::NEG_INFINITY, FINITE, found);
        }
    }
}

fn symmetric(candidates: &[Candidate], covariance: &[Vec<f64>], found: &mut Vec<Fault>) {
    let before = found.len();
    if covariance.len() != candidates.len() {
        let what = "the covariance".to_owned();
        found.push(Fault::Length { what, found: covariance.len(), candidates: candidates.len() });
    }
    rows(candidates, covariance, "covariance", found);
    if found.len() > before {
        return;
    }
    let greatest = covariance.iter().flatten().fold(0.0, |most: f64, entry| most.max(entry.abs()));
    for (i, first) in candidates.iter().enumerate() {
        for (j, second) in candidates.iter().enumerate().skip(i + 1) {
            let (one, other) = (covariance[i][j], covariance[j][i]);
            if (one - other).abs() > 1e-10 * greatest {
                let (first, second) = (first.name.clone(), second.name.clone());
                found.push(Fault::NotSymmetric { first, second, one, other });
            }
        }
    }
    if found.len() == before {
        let pivot = negative_pivot(covariance, 1e-10 * greatest);
        found.extend(pivot.map(|at| Fault::NotSemidefinite { name: candidates[at].name.clone() }));
    }
}

/// The first pivot of a Cholesky factorisation of `Cov + shift I` that is negative. All are positive
/// exactly where no eigenvalue is below `-shift`, which rounding in the data may have made.
fn negative_pivot(covariance: &[Vec<f64>], shift: f64) -> Option<usize> {
    let mut factor: Vec<Vec<f64>> = Vec::new();
    for (i, row) in covariance.iter().enumerate() {
        let mut own = vec![0.0; i + 1];
        for j in 0..=i {
            let other = if j == i { &own } else { &factor[j] };
            let rest = row[j] - (0..j).map(|k| own[k] * other[k]).sum::<f64>();
            own[j] = if j < i {
                // A factor of a pivot 0 is only met where the whole matrix is 0.
                if factor[j][j] > 0.0 { rest / factor[j][j] } else { 0.0 }
            } else if rest + shift >= 0.0 {
                libm::sqrt(rest + shift)
            } else {
                return Some(i);
            };
        }
        factor.push(own);
    }
    None
}

fn scenarios_of(candidates: &[Candidate], scenarios: &[Vec<f64>], found: &mut Vec<Fault>) {
    let unused = candidates.iter().filter(|c| c.expected_return.is_some());
    found.extend(unused.map(|c| Fault::UnusedExpectedReturn { name: c.name.clone() }));
    if scenarios.is_empty() {
        found.push(Fault::NoScenarios);
    }
    rows(candidates, scenarios, "scenarios", found);
}

fn limits(problem: &Problem, found: &mut Vec<Fault>) {
    let before = found.len();
    if let Some(budget) = problem.budget {
        value(|| "the greatest total cost".to_owned(), budget.greatest, 0.0, NOT_NEGATIVE, found);
        let least = budget.least.unwrap_or(0.0);
        value(|| "the least total cost".to_owned(), least, 0.0, NOT_NEGATIVE, found);
        if least > budget.greatest {
            found.push(Fault::BudgetOrder { least, greatest: budget.greatest });
        }
    }
    if let Some(cardinality) = problem.cardinality {
        positions(&problem.candidates, cardinality, found);
    }
    if found.len() == before && before == 0 {
        spending(problem, found);
    }
}

fn positions(candidates: &[Candidate], cardinality: u32, found: &mut Vec<Fault>) {
    for candidate in candidates.iter().filter(|c| c.max_units > 1) {
        found.push(Fault::CardinalityUnits { name: candidate.name.clone(), max_units: candidate.max_units });
    }
    let fewest = count(candidates.iter().filter(|c| c.min_units > 0));
    let most = count(candidates.iter());
    if !(fewest..=most).contains(&cardinality) {
        found.push(Fault::Cardinality { cardinality, fewest, most });
    }
}

fn count<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> u32 {
    u32::try_from(candidates.count()).unwrap_or(u32::MAX)
}

/// Whether the cheapest and the dearest allocation leave room for the budget.
fn spending(problem: &Problem, found: &mut Vec<Fault>) {
    let Some(budget) = problem.budget else { return };
    let [cheapest, dearest] = cost_range(&problem.candidates, problem.cardinality);
    let slack = super::checked::cost_slack(budget.greatest);
    if cheapest > budget.greatest + slack {
        found.push(Fault::BudgetTooSmall { greatest: budget.greatest, cheapest });
    }
    let least = budget.least.unwrap_or(0.0);
    if dearest < least - slack {
        found.push(Fault::BudgetTooLarge { least, dearest });
    }
}

/// Least and greatest cost of allocations of that many positions, or of any number.
fn cost_range(candidates: &[Candidate], cardinality: Option<u32>) -> [f64; 2] {
    let must: f64 = candidates.iter().map(|c| f64::from(c.min_units) * c.cost).sum();
    let free = candidates.iter().filter(|c| c.max_units > c.min_units);
    let Some(cardinality) = cardinality else {
        return [must, must + free.map(|c| f64::from(c.max_units - c.min_units) * c.cost).sum::<f64>()];
    };
    let mut costs: Vec<f64> = free.map(|c| c.cost).collect();
    costs.sort_by(f64::total_cmp);
    let more = (cardinality - count(candidates.iter().filter(|c| c.min_units > 0))) as usize;
    [must + costs.iter().take(more).sum::<f64>(), must + costs.iter().rev().take(more).sum::<f64>()]
}

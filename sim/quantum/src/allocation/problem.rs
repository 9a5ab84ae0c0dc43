//! What may be chosen, what it costs, what it returns, and how risk is priced. Only data; `check`
//! turns it into something that can be computed with.

/// Something that can be bought, built or held in whole units.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its name; no other candidate has it.
    pub name: String,
    /// Cost of one unit, in money; 0 or more.
    pub cost: f64,
    /// Expected return of one unit, in money. Needed beside a covariance; must be left out beside
    /// scenarios, whose mean it is.
    pub expected_return: Option<f64>,
    /// Fewest units.
    pub min_units: u32,
    /// Most units.
    pub max_units: u32,
}

/// How return and risk become one number to be minimised; `x` are the units.
#[derive(Clone, Debug, PartialEq)]
pub enum Risk {
    /// `-r'x + q x'Cov x` (H. Markowitz, "Portfolio selection", 1952).
    MeanVariance {
        /// `Cov`, money^2 per unit and unit, by candidate and candidate; symmetric, positive
        /// semidefinite.
        covariance: Vec<Vec<f64>>,
        /// `q`, per money; 0 or more.
        risk_aversion: f64,
    },
    /// `-mean return + q CVaR_alpha(loss)`. Futures are equally likely; the loss of a future is minus
    /// its return. `CVaR_alpha = min_t t + sum_s max(loss_s - t, 0) / ((1 - alpha) S)`, the mean of
    /// the worst `1 - alpha` with the atom at its edge taken in part (R. T. Rockafellar and
    /// S. Uryasev, "Conditional value-at-risk for general loss distributions", 2002).
    Cvar {
        /// Return of one unit, in money, by future and candidate.
        scenarios: Vec<Vec<f64>>,
        /// `alpha`, in [0, 1).
        alpha: f64,
        /// `q`, 0 or more.
        risk_aversion: f64,
    },
}

/// What an allocation may cost in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Least total cost, where money must be spent.
    pub least: Option<f64>,
    /// Greatest total cost. The same as `least` for an exact budget.
    pub greatest: f64,
}

/// The whole question.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What can be chosen.
    pub candidates: Vec<Candidate>,
    /// What is minimised.
    pub risk: Risk,
    /// Limits of the total cost.
    pub budget: Option<Budget>,
    /// Exact number of candidates chosen; every `max_units` is then 1.
    pub cardinality: Option<u32>,
}

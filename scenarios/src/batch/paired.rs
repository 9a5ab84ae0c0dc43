//! Two models on the same luck: the difference of every metric, with its interval.
//!
//! Both are run anew on the same replicas, so a comparison needs nothing but the two scenarios.
//! Each metric becomes one number per replica (for a ratio or a tail mean its influence value),
//! and the difference is the mean of their differences. Holds eight bytes per replica and column.

use std::sync::Mutex;

use energyopti_engine::record::metrics::{Formula, Scope};
use energyopti_engine::record::{difference, never_seen, normal};
use energyopti_engine::{Batch, Control, Estimate, Layout, Model, Results, Simulation, Table};
use rayon::ThreadPool;

use super::{BatchError, exact, run};
use crate::Variant;
use crate::results::{Comparison, MetricDifference, Side, input_differences};
use crate::schema::Method;

/// Share of the replicas in the tail of `cvar95_ue_mwh`.
const WORST: f64 = 0.05;

/// Compares two variants over the replicas that both have: `a_replicas` and `b_replicas` are how
/// many each run counted.
///
/// Plain estimates over whole samples: a control variate or a stopping rule of the scenarios is left
/// aside here.
///
/// # Errors
/// As [`super::run`]; and [`BatchError::Unsuited`] where currency or horizon differ.
pub fn compare(
    a: (&Variant, Option<u64>),
    b: (&Variant, Option<u64>),
    pool: &ThreadPool,
    control: &Control,
) -> Result<Comparison, BatchError> {
    comparable(a.0, b.0)?;
    let planned =
        |(variant, counted): (&Variant, Option<u64>)| counted.unwrap_or(variant.scenario.monte_carlo.replicas);
    let n = planned(a).min(planned(b));
    let (left, right) = (Sampled::new(a.0, n, pool, control)?, Sampled::new(b.0, n, pool, control)?);
    let metrics = left.layout.metrics.iter().filter(|m| !m.name.contains("_by_"));
    let metrics = metrics.filter_map(|metric| left.difference(&right, &metric.name));
    Ok(Comparison {
        a: side(a.0),
        b: side(b.0),
        input_difference: input_differences(&a.0.scenario.canonical(), &b.0.scenario.canonical()),
        metrics: metrics.collect(),
    })
}

/// Refuses two variants whose difference would mean nothing.
pub(crate) fn comparable(a: &Variant, b: &Variant) -> Result<(), BatchError> {
    let unlike = |what: &str| {
        BatchError::Unsuited(format!(
            "the two cannot be compared: they differ in {what}; a difference would mean nothing"
        ))
    };
    if a.scenario.currency() != b.scenario.currency() {
        return Err(unlike("currency"));
    }
    let horizon_h = |variant: &Variant| variant.model.clock.horizon_h();
    if (horizon_h(a) - horizon_h(b)).abs() > 1e-9 {
        return Err(unlike("their horizon"));
    }
    Ok(())
}

fn side(variant: &Variant) -> Side {
    Side { run: run::identity(variant), scenario: run::title(variant) }
}

/// One of the two, with a number per replica and column, or exact.
struct Sampled {
    layout: Layout,
    replicas: u64,
    outcome: Found,
}

enum Found {
    Exact(Results),
    Sampled(Vec<Vec<f64>>),
}

impl Sampled {
    fn new(variant: &Variant, n: u64, pool: &ThreadPool, control: &Control) -> Result<Self, BatchError> {
        if variant.scenario.monte_carlo.method == Method::Exact {
            let layout = Simulation::new(&variant.model)?.layout().clone();
            let outcome = Found::Exact(exact::results(&variant.model, &layout)?);
            return Ok(Self { layout, replicas: n, outcome });
        }
        let (layout, columns) = sample(&variant.model, n, pool, control)?;
        Ok(Self { layout, replicas: n, outcome: Found::Sampled(columns) })
    }

    fn difference(&self, other: &Self, name: &str) -> Option<MetricDifference> {
        let (a, b) = (self.values(name)?, other.values(name)?);
        let n = self.replicas;
        let (estimate_a, estimate_b) = (self.level(name, &a), other.level(name, &b));
        let (difference, variance_reduction) = match (&a, &b) {
            (Values::Exact(a), Values::Exact(b)) => {
                let change = a.zip(*b).map(|(a, b)| Estimate::exact(if same(a, b) { 0.0 } else { b - a }));
                (change.unwrap_or(Estimate::undefined(None)), None)
            }
            (Values::Undefined, _) | (_, Values::Undefined) => (Estimate::undefined(Some(n)), None),
            _ => paired(&a, &b, n),
        };
        let distinguishable = difference.ci95.is_some_and(|[low, high]| low > 0.0 || high < 0.0);
        let name = name.to_owned();
        Some(MetricDifference { name, a: estimate_a, b: estimate_b, difference, variance_reduction, distinguishable })
    }

    /// The metric in this one alone. Never seen is not never there.
    fn level(&self, name: &str, values: &Values) -> Estimate {
        let Values::Sampled(sample) = values else { return values.estimate(self.replicas) };
        let metric = self.layout.metrics.iter().find(|m| m.name == name);
        match metric.map(|m| m.formula) {
            Some(Formula::Mean { column, factor })
                if self.layout.columns[column].quantity.is_rare() && sample.iter().all(|x| *x == 0.0) =>
            {
                never_seen(self.layout.bounds[column] * factor, self.replicas)
            }
            _ => values.estimate(self.replicas),
        }
    }

    /// The metric as one number per replica whose mean is its estimate.
    fn values(&self, name: &str) -> Option<Values> {
        let metric = self.layout.metrics.iter().find(|m| m.name == name)?;
        let columns = match &self.outcome {
            Found::Exact(results) => return Some(Values::Exact(results.metric(name)?.value)),
            Found::Sampled(columns) => columns,
        };
        Some(match metric.formula {
            Formula::Mean { column, factor } => Values::Sampled(columns[column].iter().map(|v| v * factor).collect()),
            Formula::Ratio { numerator, denominator, factor } => {
                ratio_values(&columns[numerator], &columns[denominator], factor)
            }
            Formula::Cvar95 { column } => Values::Sampled(tail_values(&columns[column])),
            Formula::Undefined => Values::Undefined,
        })
    }
}

enum Values {
    Exact(Option<f64>),
    Sampled(Vec<f64>),
    Undefined,
}

impl Values {
    fn estimate(&self, n: u64) -> Estimate {
        match self {
            Self::Exact(Some(value)) => Estimate::exact(*value),
            Self::Exact(None) => Estimate::undefined(None),
            Self::Undefined => Estimate::undefined(Some(n)),
            Self::Sampled(values) => normal(mean(values), (variance(values) / float(n)).sqrt(), n),
        }
    }

    fn at(&self, replica: usize) -> f64 {
        match self {
            Self::Exact(value) => value.unwrap_or(f64::NAN),
            Self::Sampled(values) => values[replica],
            Self::Undefined => f64::NAN,
        }
    }

    fn variance(&self) -> f64 {
        if let Self::Sampled(values) = self { variance(values) } else { 0.0 }
    }
}

/// The paired difference and how many times smaller its variance is than that of independent runs.
fn paired(a: &Values, b: &Values, n: u64) -> (Estimate, Option<f64>) {
    let count = usize::try_from(n).expect("samples of this number are in memory");
    let changes: Vec<f64> = (0..count).map(|r| b.at(r) - a.at(r)).collect();
    let spread = variance(&changes);
    let estimate = difference(mean(&changes), (spread / float(n)).sqrt(), n);
    (estimate, (spread > 0.0).then(|| (a.variance() + b.variance()) / spread))
}

/// Influence values of a ratio of means: their mean is the ratio, their variance the delta
/// method's.
fn ratio_values(x: &[f64], y: &[f64], factor: f64) -> Values {
    let below = mean(y);
    if below == 0.0 {
        return Values::Undefined;
    }
    let ratio = mean(x) / below;
    Values::Sampled(x.iter().zip(y).map(|(x, y)| (ratio + (x - ratio * y) / below) * factor).collect())
}

/// Influence values of the mean of the worst 5 %: `VaR + (x - VaR)+ / 0.05`; their mean is the
/// tail mean with the atom at VaR shared in proportion.
fn tail_values(x: &[f64]) -> Vec<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let at = ((sorted.len() as f64 * (1.0 - WORST)).ceil() as usize).clamp(1, sorted.len()) - 1;
    let var = sorted[at];
    x.iter().map(|x| var + (x - var).max(0.0) / WORST).collect()
}

/// Runs `n` replicas and keeps every column.
pub(super) fn sample(
    model: &Model,
    n: u64,
    pool: &ThreadPool,
    control: &Control,
) -> Result<(Layout, Vec<Vec<f64>>), BatchError> {
    let batch = Batch::new(model, pool)?;
    let width = batch.layout().columns.len();
    let kept: Vec<bool> =
        batch.layout().columns.iter().map(|c| !matches!(c.scope, Scope::Month(_) | Scope::Hour(_))).collect();
    let rows = usize::try_from(n).expect("a number of samples that memory can hold");
    let columns = Mutex::new(kept.iter().map(|k| vec![0.0; if *k { rows } else { 0 }]).collect::<Vec<_>>());
    let keep = |first: u64, active: usize, table: &Table| {
        let first = usize::try_from(first).expect("below n");
        let mut columns = columns.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for column in (0..width).filter(|c| kept[*c]) {
            columns[column][first..first + active].copy_from_slice(&table.columns[column][..active]);
        }
    };
    batch.run(0..n, control, &keep)?;
    let columns = columns.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((batch.layout().clone(), columns))
}

/// Whether two exact figures differ by rounding alone.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

#[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
fn float(n: u64) -> f64 {
    n as f64
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / float(values.len() as u64)
}

/// Sample variance (n - 1); 0 for fewer than two.
pub(super) fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let centre = mean(values);
    values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / float(values.len() as u64 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worst 5 % of forty: two replicas, 30 and 10, mean 20.
    #[test]
    fn the_mean_of_the_tails_influence_values_is_the_tail_mean() {
        let mut x = vec![0.0; 38];
        x.extend([10.0, 30.0]);
        assert!((mean(&tail_values(&x)) - 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_common_shift_is_seen_without_noise() {
        let a = Values::Sampled(vec![1.0, 5.0, 2.0, 9.0]);
        let b = Values::Sampled(vec![2.0, 6.0, 3.0, 10.0]);
        let (change, reduction) = paired(&a, &b, 4);
        assert_eq!((change.value, change.standard_error, reduction), (Some(1.0), Some(0.0), None));
    }
}

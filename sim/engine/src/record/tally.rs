//! What a set of replicas adds up to: merges exactly in any grouping, and makes the results.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::metrics::{Formula, Quantity, Scope};
use super::moments::{Moments, covariance};
use super::result::{Estimate, Results};
use super::tail::Tail;
use super::timeline::TimelineTally;
use super::{Table, estimate};

/// Share of the replicas that CVaR looks at.
const WORST: f64 = 0.05;

/// Exact sums over replicas. Bytes of it (any serde format) are what a shard hands back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Replicas counted.
    pub replicas: u64,
    /// Replicas with a system shortfall.
    pub replicas_short: u64,
    columns: Vec<Moments>,
    products: Vec<i128>,
    unserved: Tail,
    pub(crate) timeline: TimelineTally,
}

/// Expectations of the control variates, from an exact method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Controls {
    /// Expected hours short without storage.
    pub lole_h: f64,
    /// Expected unserved energy without storage, MWh.
    pub eue_mwh: f64,
}

impl Tally {
    /// An empty tally of a layout.
    pub(crate) fn new(layout: &Layout, timeline: TimelineTally) -> Self {
        Self {
            replicas: 0,
            replicas_short: 0,
            columns: vec![Moments::default(); layout.columns.len()],
            products: vec![0; layout.pairs.len()],
            unserved: Tail::default(),
            timeline,
        }
    }

    /// Counts the first `active` lanes of a group's table.
    pub(crate) fn absorb(&mut self, layout: &Layout, table: &Table, active: usize) {
        let fix = |column: usize, lane: usize| layout.scales[column].fix(table.columns[column][lane]);
        for (column, moments) in self.columns.iter_mut().enumerate() {
            for lane in 0..active {
                let fixed = fix(column, lane);
                if fixed != 0 {
                    moments.add(fixed);
                }
            }
        }
        for ((x, y), products) in layout.pairs.iter().zip(&mut self.products) {
            for lane in 0..active {
                *products += i128::from(fix(*x, lane)) * i128::from(fix(*y, lane));
            }
        }
        let lole = layout.column(Scope::System, Quantity::Lole).expect("the recorder always emits it");
        let eue = layout.column(Scope::System, Quantity::Eue).expect("the recorder always emits it");
        for lane in 0..active {
            self.unserved.add(table.columns[eue][lane], layout.scales[eue]);
            self.replicas_short += u64::from(table.columns[lole][lane] > 0.0);
        }
        self.replicas += active as u64;
    }

    /// Memory that it holds, in bytes; it does not grow with replicas.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.columns.len() * size_of::<Moments>() + self.products.len() * 16 + self.timeline.bytes()
    }

    /// Adds another part of the same batch.
    pub fn merge(&mut self, other: &Self) {
        self.replicas += other.replicas;
        self.replicas_short += other.replicas_short;
        self.columns.iter_mut().zip(&other.columns).for_each(|(mine, theirs)| mine.merge(theirs));
        self.products.iter_mut().zip(&other.products).for_each(|(mine, theirs)| *mine += theirs);
        self.unserved.merge(&other.unserved);
        self.timeline.merge(&other.timeline);
    }

    /// The estimates. With `controls`, LOLE and EUE of the system are corrected by the same
    /// replica's index without storage, whose expectation is known.
    #[must_use]
    pub fn results(&self, layout: &Layout, controls: Option<Controls>) -> Results {
        let metrics = layout.metrics.iter().map(|metric| {
            let plain = || self.estimate(layout, metric.formula);
            let estimate = match (controls, metric.name.as_str()) {
                (Some(c), "neue_ppm") => self.controlled_neue(layout, c).unwrap_or_else(plain),
                (Some(c), "lole_h") => self
                    .controlled(layout, Quantity::Lole, Quantity::LoleWithoutStorage, c.lole_h)
                    .unwrap_or_else(plain),
                (Some(c), "eue_mwh") => {
                    self.controlled(layout, Quantity::Eue, Quantity::EueWithoutStorage, c.eue_mwh).unwrap_or_else(plain)
                }
                _ => plain(),
            };
            (metric.name.clone(), estimate)
        });
        Results {
            replicas: Some(self.replicas),
            metrics: metrics.collect(),
            margin: self.timeline.histogram(),
            timeline: self.timeline.timeline(self.replicas),
        }
    }

    fn estimate(&self, layout: &Layout, formula: Formula) -> Estimate {
        let n = self.replicas;
        if n == 0 {
            return Estimate::undefined(Some(0));
        }
        match formula {
            Formula::Mean { column, factor } => self.mean(layout, column, factor),
            Formula::Ratio { numerator, denominator, factor } => self.ratio(layout, numerator, denominator, factor),
            Formula::Cvar95 { column } if self.columns[column].sum == 0 => {
                estimate::mean_never_seen(layout.bounds[column], WORST, n)
            }
            Formula::Cvar95 { column } => self.unserved.cvar(WORST, layout.scales[column], n),
            Formula::Undefined => Estimate::undefined(Some(n)),
        }
    }

    fn mean(&self, layout: &Layout, column: usize, factor: f64) -> Estimate {
        let (moments, scale, n) = (&self.columns[column], layout.scales[column], self.replicas);
        if moments.sum == 0 && moments.squares == 0 && layout.columns[column].quantity.is_rare() {
            return estimate::never_seen(layout.bounds[column] * factor, n);
        }
        let error = self.standard_error(moments.variance(scale, n));
        estimate::normal(moments.mean(scale, n) * factor, error * factor.abs(), n)
    }

    /// Ratio of means; its variance by the delta method:
    /// `(var x - 2 r cov(x, y) + r^2 var y) / (n mean(y)^2)`.
    fn ratio(&self, layout: &Layout, x: usize, y: usize, factor: f64) -> Estimate {
        let n = self.replicas;
        let (mx, my) = (&self.columns[x], &self.columns[y]);
        let (sx, sy) = (layout.scales[x], layout.scales[y]);
        if my.sum == 0 {
            return Estimate::undefined(Some(n));
        }
        if mx.sum == 0 && layout.columns[x].quantity.is_rare() {
            return estimate::never_seen(factor, n);
        }
        let below = my.mean(sy, n);
        let ratio = mx.mean(sx, n) / below;
        let cov = covariance(mx, sx, my, sy, self.product(layout, x, y), n);
        let variance = mx.variance(sx, n) - 2.0 * ratio * cov + ratio * ratio * my.variance(sy, n);
        let error = self.standard_error(variance) / below;
        estimate::normal(ratio * factor, error * factor, n)
    }

    /// Control variate with the regression coefficient of the same sample:
    /// `mean(y) - b (mean(c) - expectation)`, `b = cov(y, c) / var(c)` (S. Asmussen, P. W. Glynn,
    /// "Stochastic Simulation", V.2; the bias is of order 1/n).
    fn controlled(&self, layout: &Layout, y: Quantity, control: Quantity, expected: f64) -> Option<Estimate> {
        let n = self.replicas;
        let y = layout.column(Scope::System, y)?;
        let c = layout.column(Scope::System, control)?;
        let (my, mc) = (&self.columns[y], &self.columns[c]);
        if my.sum == 0 {
            return None; // never seen: the plain estimate says what that excludes
        }
        let (sy, sc) = (layout.scales[y], layout.scales[c]);
        let var_c = mc.variance(sc, n);
        if n < 100 || var_c <= 0.0 {
            return None;
        }
        let cov = covariance(my, sy, mc, sc, self.product(layout, y, c), n);
        let slope = cov / var_c;
        let value = my.mean(sy, n) - slope * (mc.mean(sc, n) - expected);
        let left = my.variance(sy, n) - slope * cov;
        Some(estimate::normal(value.max(0.0), self.standard_error(left), n))
    }

    /// NEUE from the corrected EUE, where every future has the same demand.
    fn controlled_neue(&self, layout: &Layout, controls: Controls) -> Option<Estimate> {
        let demand = layout.column(Scope::System, Quantity::Demand)?;
        let (moments, scale, n) = (&self.columns[demand], layout.scales[demand], self.replicas);
        if moments.sum == 0 || moments.variance(scale, n) > 0.0 {
            return None;
        }
        let eue = self.controlled(layout, Quantity::Eue, Quantity::EueWithoutStorage, controls.eue_mwh)?;
        let ppm = 1e6 / moments.mean(scale, n);
        Some(estimate::normal(eue.value? * ppm, eue.standard_error? * ppm, n))
    }

    fn product(&self, layout: &Layout, x: usize, y: usize) -> i128 {
        let place = layout.pairs.iter().position(|pair| *pair == (x, y));
        place.map_or(0, |index| self.products[index])
    }

    #[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
    fn standard_error(&self, variance: f64) -> f64 {
        libm::sqrt(variance.max(0.0) / self.replicas.max(1) as f64)
    }
}

//! Capacity credit: what an asset is worth in load or in perfect capacity.
//!
//! Effective load-carrying capability (L. L. Garver, IEEE Trans. PAS-85(8), 1966): the load that
//! can be added with the asset until the index is what it was without it. Equivalent firm capacity:
//! the perfect generator that does what the asset does. Found by bisection on common random
//! numbers: every evaluation has the same luck, so the index moves only with the megawatts.

use std::collections::BTreeMap;

use energyopti_engine::assets::Common;
use energyopti_engine::assets::load::{Load, Tier};
use energyopti_engine::assets::thermal::{Operation, Thermal};
use energyopti_engine::record::metrics::{Quantity, Scope};
use energyopti_engine::{Carrier, Control, Model, Series};
use rayon::ThreadPool;

use super::paired::{mean, sample, variance};
use super::{BatchError, run};
use crate::Variant;
use crate::schema::nearest::nearest;

/// Name of the load or generator that is added; no stream of its own, so it moves nobody's luck.
const ADDED: &str = "capacity credit";

/// What is equated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditMethod {
    /// Load added beside the asset.
    Elcc,
    /// Perfect capacity instead of the asset.
    Efc,
}

/// A capacity credit in MW.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Credit {
    /// Identity of the scenario's run.
    pub run: String,
    /// The asset.
    pub asset: String,
    /// `elcc` or `efc`.
    pub method: String,
    /// The index that is equated.
    pub metric: String,
    /// The credit, MW.
    pub credit_mw: f64,
    /// 95 % interval, MW: the additions whose paired difference cannot be told from zero.
    pub ci95: [f64; 2],
    /// Nominal power of the asset, MW.
    pub p_nom_mw: f64,
    /// The index without the asset.
    pub index_without: f64,
    /// The index with the asset.
    pub index_with: f64,
    /// Replicas of each evaluation.
    pub n: u64,
}

/// Finds the credit of `asset` by `method`, equating LOLE, or EUE with `eue`.
///
/// # Errors
/// [`BatchError::Unsuited`] where there is no such asset, or nothing is ever short.
pub fn capacity_credit(
    variant: &Variant,
    asset: &str,
    method: CreditMethod,
    eue: bool,
    pool: &ThreadPool,
    control: &Control,
) -> Result<Credit, BatchError> {
    let n = variant.scenario.monte_carlo.replicas;
    let index = Index { quantity: if eue { Quantity::Eue } else { Quantity::Lole }, n, pool, control };
    let (without, p_nom_mw) = without(&variant.model, asset)?;
    let bus = electric_bus(&variant.model, asset)?;
    let with = &variant.model;
    let (index_without, index_with) = (index.of(&without)?, index.of(with)?);
    let (mean_without, mean_with) = (mean(&index_without), mean(&index_with));
    if mean_without == 0.0 {
        return Err(BatchError::Unsuited(format!(
            "no shortfall was seen in {n} futures even without `{asset}`, so nothing can be equated; \
             raise the load (--set load.NAME.peak_mw=...) or the number of replicas"
        )));
    }
    let capped = index.ceiling(with);
    if mean_without >= capped || mean_without <= mean_with {
        return Err(BatchError::Unsuited(format!(
            "{} is {mean_without} without `{asset}` and {mean_with} with it: the index does not tell them apart, so \
             nothing can be equated; try --metric eue_mwh, another load, or more futures",
            index.name()
        )));
    }
    let target = if method == CreditMethod::Elcc { &index_without } else { &index_with };
    let mut search =
        Search { index: &index, with, without: &without, target, method, p_nom_mw, bus, known: BTreeMap::new() };
    // An empirical LOLE is a staircase: the credit is the middle of the step on which the two sides
    // are equal, and the interval is found by inversion, since there is no slope to divide by.
    let (first, last) = (search.first(|gap, _| gap >= 0.0)?, search.first(|gap, _| gap > 0.0)?);
    let low = search.first(|gap, error| gap + Z95 * error >= 0.0)?;
    let high = search.first(|gap, error| gap - Z95 * error > 0.0)?;
    let credit_mw = f64::midpoint(first, last);
    Ok(Credit {
        run: run::identity(variant),
        asset: asset.to_owned(),
        method: if method == CreditMethod::Elcc { "elcc" } else { "efc" }.to_owned(),
        metric: index.name().to_owned(),
        credit_mw,
        ci95: [low.min(credit_mw), high.max(credit_mw)],
        p_nom_mw,
        index_without: mean_without,
        index_with: mean_with,
        n,
    })
}

/// Two-sided 95 % quantile of the normal law.
const Z95: f64 = 1.959_963_984_540_054;

/// A search over the megawatts that are added.
struct Search<'a> {
    index: &'a Index<'a>,
    with: &'a Model,
    without: &'a Model,
    target: &'a [f64],
    method: CreditMethod,
    p_nom_mw: f64,
    /// The asset's bus.
    bus: usize,
    /// Paired gap and its standard error, by the megawatts' bits: searches meet the same points.
    known: BTreeMap<u64, (f64, f64)>,
}

impl Search<'_> {
    /// The first megawatts at which `reached(gap, standard error)` holds, to a thousandth of the
    /// asset, between nothing and its nominal power, beyond which no asset is worth anything.
    fn first(&mut self, reached: impl Fn(f64, f64) -> bool) -> Result<f64, BatchError> {
        let (mut low, mut high) = (0.0, self.p_nom_mw);
        let (gap, error) = self.gap(high)?;
        if !reached(gap, error) {
            return Ok(high);
        }
        while high - low > 1e-3 * self.p_nom_mw {
            let middle = f64::midpoint(low, high);
            let (gap, error) = self.gap(middle)?;
            if reached(gap, error) { high = middle } else { low = middle }
        }
        Ok(high)
    }

    /// By how much the side that grows with `mw` is above the other, and the paired standard error.
    /// Added load raises the index, added capacity lowers it.
    fn gap(&mut self, mw: f64) -> Result<(f64, f64), BatchError> {
        if let Some(known) = self.known.get(&mw.to_bits()) {
            return Ok(*known);
        }
        let (model, sign) = match self.method {
            CreditMethod::Elcc => (with_load(self.with, self.bus, mw), 1.0),
            CreditMethod::Efc => (with_perfect(self.without, self.bus, mw), -1.0),
        };
        let found = self.index.of(&model)?;
        let gaps: Vec<f64> = found.iter().zip(self.target).map(|(x, y)| sign * (x - y)).collect();
        #[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
        let error = (variance(&gaps) / gaps.len() as f64).sqrt();
        self.known.insert(mw.to_bits(), (mean(&gaps), error));
        Ok((mean(&gaps), error))
    }
}

/// The index of every replica of a model.
struct Index<'a> {
    quantity: Quantity,
    n: u64,
    pool: &'a ThreadPool,
    control: &'a Control,
}

impl Index<'_> {
    fn name(&self) -> &'static str {
        if self.quantity == Quantity::Eue { "eue_mwh" } else { "lole_h" }
    }

    /// The most that the index can be: every hour short, or all energy unserved.
    fn ceiling(&self, model: &Model) -> f64 {
        if self.quantity == Quantity::Eue { f64::INFINITY } else { model.clock.horizon_h() }
    }

    fn of(&self, model: &Model) -> Result<Vec<f64>, BatchError> {
        let (layout, mut columns) = sample(model, self.n, self.pool, self.control)?;
        let column = layout.column(Scope::System, self.quantity).expect("the system always has it");
        Ok(columns.swap_remove(column))
    }
}

/// The model with `asset` at size 0, and the nominal power that it had. It stays in its place, so
/// nobody else's luck changes.
fn without(model: &Model, asset: &str) -> Result<(Model, f64), BatchError> {
    let mut model = model.clone();
    match model.assets.remove_power(asset) {
        Some(p_nom_mw) if p_nom_mw > 0.0 => Ok((model, p_nom_mw)),
        Some(_) => Err(BatchError::Unsuited(format!("`{asset}` has no power, so it has no capacity credit"))),
        None => Err(unknown(&model, asset)),
    }
}

/// The bus of an asset, which must be electric: hours of lost load are.
fn electric_bus(model: &Model, asset: &str) -> Result<usize, BatchError> {
    let entries = model.assets.entries();
    let bus = entries.iter().find(|entry| entry.common.name == asset).map_or(0, |entry| entry.common.bus);
    if model.carrier(bus) == Carrier::Electricity {
        return Ok(bus);
    }
    let bus = &model.buses[bus];
    Err(BatchError::Unsuited(format!(
        "`{asset}` stands at `{bus}`, which carries no electricity: it has no capacity credit"
    )))
}

fn unknown(model: &Model, asset: &str) -> BatchError {
    let entries = model.assets.entries();
    let names: Vec<&str> = entries.iter().filter(|e| e.p_nom_mw.is_some()).map(|e| e.common.name.as_str()).collect();
    let hint = nearest(asset, names.iter().copied()).map_or_else(|| names.join(", "), |name| format!("`{name}`"));
    BatchError::Unsuited(format!("nothing that gives power is named `{asset}`; did you mean {hint}?"))
}

fn added(bus: usize) -> Common {
    Common { name: ADDED.to_owned(), stream: ADDED.to_owned(), bus, count: 1, outage: None }
}

fn with_load(model: &Model, bus: usize, mw: f64) -> Model {
    let mut model = model.clone();
    // As firm and as dear as the dearest load, so that it is shed with the last.
    let voll_per_mwh = model.assets.load.iter().flat_map(|l| &l.tiers).map(|t| t.voll_per_mwh).fold(0.0, f64::max);
    let tiers = vec![Tier { share_pu: 1.0, voll_per_mwh, firm: true }];
    model.assets.load.push(Load {
        common: added(bus),
        p_mw: Series::Constant(mw),
        tiers,
        factors: Vec::new(),
        offtake_price_per_mwh: 0.0,
    });
    model
}

fn with_perfect(model: &Model, bus: usize, mw: f64) -> Model {
    let mut model = model.clone();
    let p_max_mw = Series::Constant(mw);
    model.assets.thermal.push(Thermal {
        common: added(bus),
        p_nom_mw: mw,
        p_max_mw,
        marginal_cost_per_mwh: 0.0,
        operation: Operation::default(),
    });
    model
}

//! Capacity credit: what an asset is worth in load or in perfect capacity.
//!
//! Effective load-carrying capability (L. L. Garver, IEEE Trans. PAS-85(8), 1966): the load that
//! can be added with the asset until the index is what it was without it. Equivalent firm capacity:
//! the perfect generator that does what the asset does. Found by bisection on common random
//! numbers: every evaluation has the same luck, so the index moves only with the megawatts.

use energyopti_engine::assets::Common;
use energyopti_engine::assets::load::{Load, Tier};
use energyopti_engine::assets::thermal::Thermal;
use energyopti_engine::record::metrics::{Quantity, Scope};
use energyopti_engine::{Control, Model, Series};
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
    /// Its standard error, MW: that of the paired difference at the solution, over the slope.
    pub standard_error: f64,
    /// 95 % interval, MW.
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
    let with = &variant.model;
    let (index_without, index_with) = (index.of(&without)?, index.of(with)?);
    let (mean_without, mean_with) = (mean(&index_without), mean(&index_with));
    if mean_without == 0.0 {
        return Err(BatchError::Unsuited(format!(
            "no shortfall was seen in {n} futures even without `{asset}`, so nothing can be equated; \
             raise the load (--set load.NAME.peak_mw=...) or the number of replicas"
        )));
    }
    let (target, rising) = match method {
        CreditMethod::Elcc => (&index_without, true),
        CreditMethod::Efc => (&index_with, false),
    };
    let at = |mw: f64| -> Result<Vec<f64>, BatchError> {
        let model = match method {
            CreditMethod::Elcc => with_load(with, mw),
            CreditMethod::Efc => with_perfect(&without, mw),
        };
        let found = index.of(&model)?;
        Ok(found.iter().zip(target).map(|(x, y)| x - y).collect())
    };
    let (low, high) = bisect(p_nom_mw, rising, |mw| Ok(mean(&at(mw)?)))?;
    let credit_mw = f64::midpoint(low, high);
    // Slope over a tenth of the asset: wide enough to see past the steps of an empirical LOLE.
    let reach = 0.05 * p_nom_mw;
    let foot = (credit_mw - reach).max(0.0);
    let slope = (mean(&at(credit_mw + reach)?) - mean(&at(foot)?)) / (credit_mw + reach - foot);
    #[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
    let error = (variance(&at(credit_mw)?) / n as f64).sqrt();
    let standard_error = error / slope.abs();
    // The search stops in a bracket: the root may lie anywhere in it.
    let interval = energyopti_engine::record::difference(credit_mw, standard_error, n).ci95;
    let interval = interval.map(|[from, to]| [from - (credit_mw - low), to + (high - credit_mw)]);
    Ok(Credit {
        run: run::identity(variant),
        asset: asset.to_owned(),
        method: if method == CreditMethod::Elcc { "elcc" } else { "efc" }.to_owned(),
        metric: if eue { "eue_mwh" } else { "lole_h" }.to_owned(),
        credit_mw,
        standard_error,
        ci95: interval.unwrap_or([credit_mw; 2]),
        p_nom_mw,
        index_without: mean_without,
        index_with: mean_with,
        n,
    })
}

/// The bracket of the root of a monotone step function, to a thousandth of the asset. Doubles the
/// upper end first: storage recharged by others may be worth more than its nominal power.
fn bisect(
    p_nom_mw: f64,
    rising: bool,
    mut index: impl FnMut(f64) -> Result<f64, BatchError>,
) -> Result<(f64, f64), BatchError> {
    let beyond = |value: f64| if rising { value > 0.0 } else { value <= 0.0 };
    let (mut low, mut high) = (0.0, p_nom_mw);
    for _ in 0..3 {
        if beyond(index(high)?) {
            break;
        }
        low = high;
        high *= 2.0;
    }
    while high - low > 1e-3 * p_nom_mw {
        let middle = f64::midpoint(low, high);
        if beyond(index(middle)?) { high = middle } else { low = middle }
    }
    Ok((low, high))
}

/// The index of every replica of a model.
struct Index<'a> {
    quantity: Quantity,
    n: u64,
    pool: &'a ThreadPool,
    control: &'a Control,
}

impl Index<'_> {
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
    let mut p_nom_mw = None;
    let nothing = Series::Constant(0.0);
    let mut generator = |common: &Common, p_nom: f64, series: &mut Series| {
        if common.name == asset {
            p_nom_mw = Some(p_nom * f64::from(common.count));
            *series = nothing.clone();
        }
    };
    model.thermal.iter_mut().for_each(|a| generator(&a.common, a.p_nom_mw, &mut a.p_max_mw));
    model.solar.iter_mut().for_each(|a| generator(&a.common, a.p_nom_mw, &mut a.p_max_mw));
    model.wind.iter_mut().for_each(|a| generator(&a.common, a.p_nom_mw, &mut a.p_max_mw));
    for battery in model.battery.iter_mut().filter(|b| b.common.name == asset) {
        p_nom_mw = Some(battery.p_nom_mw);
        battery.p_nom_mw = 0.0;
    }
    match p_nom_mw {
        Some(p_nom_mw) if p_nom_mw > 0.0 => Ok((model, p_nom_mw)),
        Some(_) => Err(BatchError::Unsuited(format!("`{asset}` has no power, so it has no capacity credit"))),
        None => Err(unknown(&model, asset)),
    }
}

fn unknown(model: &Model, asset: &str) -> BatchError {
    let names = model.thermal.iter().map(|a| a.common.name.as_str());
    let names = names.chain(model.solar.iter().map(|a| a.common.name.as_str()));
    let names = names.chain(model.wind.iter().map(|a| a.common.name.as_str()));
    let names: Vec<&str> = names.chain(model.battery.iter().map(|a| a.common.name.as_str())).collect();
    let hint = nearest(asset, names.iter().copied()).map_or_else(|| names.join(", "), |name| format!("`{name}`"));
    BatchError::Unsuited(format!("no generator or battery is named `{asset}`; did you mean {hint}?"))
}

fn added() -> Common {
    Common { name: ADDED.to_owned(), stream: ADDED.to_owned(), bus: 0, count: 1, outage: None }
}

fn with_load(model: &Model, mw: f64) -> Model {
    let mut model = model.clone();
    // As firm and as dear as the dearest load, so that it is shed with the last.
    let voll_per_mwh = model.load.iter().flat_map(|l| &l.tiers).map(|t| t.voll_per_mwh).fold(0.0, f64::max);
    let tiers = vec![Tier { share_pu: 1.0, voll_per_mwh, firm: true }];
    model.load.push(Load { common: added(), p_mw: Series::Constant(mw), tiers });
    model
}

fn with_perfect(model: &Model, mw: f64) -> Model {
    let mut model = model.clone();
    let p_max_mw = Series::Constant(mw);
    model.thermal.push(Thermal { common: added(), p_nom_mw: mw, p_max_mw, marginal_cost_per_mwh: 0.0 });
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bisection_finds_a_step_to_a_thousandth() {
        let (low, high) = bisect(100.0, true, |mw| Ok(if mw > 33.3 { 1.0 } else { -1.0 })).unwrap();
        assert!(low <= 33.3 && 33.3 <= high && high - low <= 0.1);
        let (low, high) = bisect(100.0, false, |mw| Ok(150.0 - mw)).unwrap();
        assert!(low <= 150.0 && 150.0 <= high);
    }
}

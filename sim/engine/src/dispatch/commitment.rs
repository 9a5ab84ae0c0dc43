//! Which units are switched on: merit order with minimum up and down times, without look-ahead.
//!
//! In each step units are wanted in merit order until what is on meets the load that must-take
//! generation (and storage that stands in the merit order) leaves. What the minimum times forbid
//! is not done. A unit that is on gives at least its minimum load.

use super::merit;
use super::storage::Rules;
use crate::assets::thermal::commitment::{Committed, RunningUnits};
use crate::fuel::Fuels;
use crate::lanes::{LANES, Lanes};
use crate::model::DischargeFor;
use crate::plate::{Balance, Plate};
use crate::ports::Generator;

/// Units of a generator that are switched on and off.
#[derive(Clone, Debug)]
pub struct Switched {
    /// Who is on, and since when.
    pub running: RunningUnits,
    /// Least power of a unit that is on, share of what it could give.
    pub p_min_pu: f64,
    /// Least power of units that are all on, MW, where a body sets it: the floor is then at least this.
    pub p_min_mw: Lanes,
    /// What the last step decided.
    pub decided: Committed,
    wanted: Lanes<u32>,
    available: Lanes<u32>,
    least: Lanes<u32>,
    most: Lanes<u32>,
}

impl Switched {
    pub(crate) fn new(running: RunningUnits, p_min_pu: f64) -> Self {
        let zero = Lanes::splat(0);
        let decided = Committed::default();
        Self {
            running,
            p_min_pu,
            p_min_mw: Lanes::default(),
            decided,
            wanted: zero,
            available: zero,
            least: zero,
            most: zero,
        }
    }
}

/// A limited fuel that a generator burns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    /// Index of the fuel.
    pub fuel: usize,
    /// Fuel of a unit that is on, whatever it gives, MW.
    pub no_load_mw: f64,
    /// The most fuel that a further MWh takes, MWh.
    pub per_mwh: f64,
}

/// Decide, once every port has said what it could give: switches units, and limits what burns a
/// fuel that is short, in merit order.
pub(crate) fn commit(plate: &mut Plate<'_>, balance: &Balance, rules: Rules, fuels: &Fuels) {
    if plate.has_commitment {
        switch(plate, balance, rules);
    }
    if plate.has_burns {
        limit(plate, fuels);
    }
}

fn switch(plate: &mut Plate<'_>, balance: &Balance, rules: Rules) {
    for (generator, units) in plate.generators.iter_mut() {
        if let Some(switched) = &mut generator.switched {
            for lane in 0..LANES {
                switched.available[lane] = whole_units(units[lane]);
            }
            switched.running.bounds(&switched.available, &mut switched.least, &mut switched.most);
        }
    }
    for lane in 0..LANES {
        let mut need = balance.load_mw[lane];
        need -= plate.generators.ports[..plate.must_take].iter().map(|g| g.available_mw[lane]).sum::<f64>();
        if rules.discharge_for == DischargeFor::MeritOrder {
            need -= plate.stores.ports.iter().map(|s| s.deliverable_mw[lane]).sum::<f64>();
        }
        merit::rank_called(plate, lane);
        for at in 0..plate.rank.len() {
            let generator = &mut *plate.generators.ports[plate.must_take + plate.rank[at].1];
            need -= want(generator, lane, need);
        }
    }
    for (generator, units) in plate.generators.iter_mut() {
        decide(generator, units);
    }
}

/// Wants units of one generator in one lane against `need`; returns what they could give.
fn want(generator: &mut Generator, lane: usize, need: f64) -> f64 {
    let available_mw = generator.available_mw[lane];
    let Some(switched) = &mut generator.switched else { return available_mw };
    let units = f64::from(switched.available[lane]);
    if units <= 0.0 || available_mw <= 0.0 {
        switched.wanted[lane] = 0;
        return 0.0;
    }
    let unit_mw = available_mw / units;
    let wanted = (need / unit_mw - 1e-9).ceil().clamp(0.0, units);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the units")]
    let wanted = (wanted as u32).clamp(switched.least[lane], switched.most[lane].max(switched.least[lane]));
    switched.wanted[lane] = wanted;
    f64::from(wanted) * unit_mw
}

/// What the units that are on could give and must give.
fn decide(generator: &mut Generator, units: &Lanes) {
    let Some(switched) = &mut generator.switched else { return };
    let Some(detail) = &mut generator.detail else { return };
    switched.running.step(&switched.wanted, &switched.available, &mut switched.decided);
    for lane in 0..LANES {
        let up = whole_units(units[lane]);
        let on = if up > 0 { f64::from(switched.decided.on[lane]) / f64::from(up) } else { 0.0 };
        generator.available_mw[lane] *= on;
        let available = generator.available_mw[lane];
        detail.floor_mw[lane] = (available * switched.p_min_pu).max(switched.p_min_mw[lane] * on).min(available);
    }
}

/// Units that could run: one that is derated counts whole.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 10 000 units")]
fn whole_units(units: f64) -> u32 {
    (units - 1e-9).ceil().max(0.0) as u32
}

/// Cuts what generators could give to the fuel that is left after those before them.
fn limit(plate: &mut Plate<'_>, fuels: &Fuels) {
    let burns: Vec<(usize, Burn)> =
        plate.generators.ports.iter().enumerate().filter_map(|(at, g)| Some((at, g.detail.as_ref()?.burn?))).collect();
    let mut left: Vec<Option<Lanes>> = (0..fuels.count()).map(|fuel| fuels.supply(fuel).copied()).collect();
    for lane in 0..LANES {
        merit::rank_called(plate, lane);
        for at in 0..plate.rank.len() {
            let index = plate.must_take + plate.rank[at].1;
            let Some((_, burn)) = burns.iter().find(|(generator, _)| *generator == index) else { continue };
            let Some(left) = left[burn.fuel].as_mut() else { continue };
            let generator = &mut *plate.generators.ports[index];
            let on = generator.switched.as_ref().map_or(0.0, |s| f64::from(s.decided.on[lane]));
            let fixed = on * burn.no_load_mw;
            let most = ((left[lane] - fixed) / burn.per_mwh).max(0.0);
            let mw = generator.available_mw[lane].min(most);
            generator.available_mw[lane] = mw;
            left[lane] = (left[lane] - fixed - mw * burn.per_mwh).max(0.0);
            if let Some(detail) = &mut generator.detail {
                detail.floor_mw[lane] = detail.floor_mw[lane].min(mw);
            }
        }
    }
}

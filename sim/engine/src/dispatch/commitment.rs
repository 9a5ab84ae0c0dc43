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
use crate::rows;

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
#[inline(always)]
pub(crate) fn commit(plate: &mut Plate<'_>, balance: &Balance, rules: Rules, fuels: &Fuels) {
    if plate.has_commitment {
        switch(plate, balance, rules);
    }
    if plate.has_burns {
        limit(plate, fuels);
    }
}

#[inline(always)]
fn switch(plate: &mut Plate<'_>, balance: &Balance, rules: Rules) {
    for (generator, units) in plate.generators.iter_mut() {
        if let Some(switched) = &mut generator.switched {
            for lane in 0..LANES {
                switched.available[lane] = whole_units(units[lane]);
            }
            switched.running.bounds(&switched.available, &mut switched.least, &mut switched.most);
        }
    }
    let (mut need, mut sum) = (balance.load_mw, Lanes::default());
    let (must_take, called) = plate.generators.ports.split_at_mut(plate.must_take);
    must_take.iter().for_each(|generator| rows::add(&mut sum, &generator.available_mw));
    rows::subtract(&mut need, &sum);
    if rules.discharge_for == DischargeFor::MeritOrder {
        let mut sum = Lanes::default();
        plate.stores.ports.iter().for_each(|store| rows::add(&mut sum, &store.deliverable_mw));
        rows::subtract(&mut need, &sum);
    }
    if plate.has_prices {
        for lane in 0..LANES {
            merit::rank_called(plate, lane);
            for at in 0..plate.rank.len() {
                let generator = &mut *plate.generators.ports[plate.must_take + plate.rank[at].1];
                need[lane] -= want(generator, lane, need[lane]);
            }
        }
    } else {
        // One order for all lanes: rows go by whole.
        called.iter_mut().for_each(|generator| want_row(generator, &mut need));
    }
    for (generator, units) in plate.generators.iter_mut() {
        decide(generator, units);
    }
}

/// Wants units of one generator in every lane against `need`, which falls by what they could give.
#[inline(always)]
fn want_row(generator: &mut Generator, need: &mut Lanes) {
    let Some(switched) = &mut generator.switched else { return rows::subtract(need, &generator.available_mw) };
    let Switched { available, least, most, wanted, .. } = &mut **switched;
    let mut given = Lanes::default();
    for lane in 0..LANES {
        (wanted[lane], given[lane]) =
            wish(need[lane], generator.available_mw[lane], available[lane], least[lane], most[lane]);
    }
    rows::subtract(need, &given);
}

/// How many of the units `available` are wanted against `need`, and what they could give.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the units")]
fn wish(need: f64, available_mw: f64, available: u32, least: u32, most: u32) -> (u32, f64) {
    let units = f64::from(available);
    let none = (units <= 0.0) | (available_mw <= 0.0);
    let unit_mw = available_mw / units;
    let needed = (need / unit_mw - 1e-9).ceil();
    let needed = if needed > 0.0 { needed } else { 0.0 };
    let needed = if needed < units { needed } else { units } as u32;
    let most = if most > least { most } else { least };
    let wanted = if needed > least { needed } else { least };
    let wanted = if wanted < most { wanted } else { most };
    if none { (0, 0.0) } else { (wanted, f64::from(wanted) * unit_mw) }
}

/// Wants units of one generator in one lane against `need`; returns what they could give.
fn want(generator: &mut Generator, lane: usize, need: f64) -> f64 {
    let available_mw = generator.available_mw[lane];
    let Some(switched) = &mut generator.switched else { return available_mw };
    let (available, least, most) = (switched.available[lane], switched.least[lane], switched.most[lane]);
    let (wanted, given_mw) = wish(need, available_mw, available, least, most);
    switched.wanted[lane] = wanted;
    given_mw
}

/// What the units that are on could give and must give.
#[inline(always)]
fn decide(generator: &mut Generator, units: &Lanes) {
    let Some(switched) = &mut generator.switched else { return };
    let Some(detail) = &mut generator.detail else { return };
    switched.running.step(&switched.wanted, &switched.available, &mut switched.decided);
    for lane in 0..LANES {
        let up = whole_units(units[lane]);
        let on = if up > 0 { f64::from(switched.decided.on[lane]) / f64::from(up) } else { 0.0 };
        generator.available_mw[lane] *= on;
        let available = generator.available_mw[lane];
        let (by_share, by_power) = (available * switched.p_min_pu, switched.p_min_mw[lane] * on);
        let least = if by_share > by_power { by_share } else { by_power };
        detail.floor_mw[lane] = if least < available { least } else { available };
    }
}

/// Units that could run: one that is derated counts whole.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 10 000 units")]
#[inline(always)]
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

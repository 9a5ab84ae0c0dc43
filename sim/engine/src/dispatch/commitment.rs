//! Which units are switched on: merit order with minimum up and down times, without look-ahead.
//!
//! In each step units are wanted in merit order until what is on meets the load that must-take
//! generation (and storage that stands in the merit order) leaves. What the minimum times forbid
//! is not done. A unit that is on gives at least its minimum load.

use super::merit;
use super::storage::Rules;
use crate::assets::thermal::commitment::{Committed, RunningUnits};
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
    /// Power of one unit that is up, on or off, MW.
    unit_mw: Lanes,
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
            unit_mw: Lanes::default(),
            wanted: zero,
            available: zero,
            least: zero,
            most: zero,
        }
    }
}

/// A limited fuel that a generator burns: `no_load` per unit that runs and `per_mwh` beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    /// Index of the fuel.
    pub fuel: usize,
    /// Fuel of a unit that is on, whatever it gives, MW.
    pub no_load_mw: f64,
    /// The most fuel that a further MWh takes, MWh; above 0.
    pub per_mwh: f64,
    /// Nominal power of a unit, MW.
    pub unit_mw: f64,
}

impl Burn {
    /// The most that `units` could give with `fuel_mw`, as few of them running as the power needs.
    fn most_mw(self, fuel_mw: f64, units: f64) -> f64 {
        if self.unit_mw <= 0.0 {
            return 0.0;
        }
        let full = self.no_load_mw + self.per_mwh * self.unit_mw;
        let running = (fuel_mw / full + 1e-12).floor().clamp(0.0, units);
        let rest = (fuel_mw - running * full - self.no_load_mw).max(0.0) / self.per_mwh;
        running * self.unit_mw + if running < units { rest.min(self.unit_mw) } else { 0.0 }
    }

    /// The fuel that `p_mw` takes, as few units running as it needs.
    fn fuel_mw(self, p_mw: f64) -> f64 {
        if p_mw <= 0.0 {
            return 0.0;
        }
        (p_mw / self.unit_mw - 1e-9).ceil().max(0.0) * self.no_load_mw + p_mw * self.per_mwh
    }
}

/// Decide, once every port has said what it could give: switches units, and limits what burns a fuel
/// that is short, in merit order. `left` is each fuel's supply that no earlier plate has burnt; fuel
/// for starts, and for units that only their minimum up time holds on, is apart.
#[inline(always)]
pub(crate) fn commit(plate: &mut Plate<'_>, balance: &Balance, rules: Rules, left: &[Option<Lanes>]) {
    for (generator, units) in plate.generators.iter_mut() {
        if let Some(switched) = &mut generator.switched {
            for lane in 0..LANES {
                switched.available[lane] = whole_units(units[lane]);
            }
            switched.running.bounds(&switched.available, &mut switched.least, &mut switched.most);
        }
    }
    if plate.has_prices || plate.has_burns {
        let mut fuel: Vec<f64> = vec![0.0; left.len()];
        for lane in 0..LANES {
            for (fuel, left) in fuel.iter_mut().zip(left) {
                *fuel = left.as_ref().map_or(f64::INFINITY, |left| left[lane]);
            }
            want(plate, balance, rules, lane, &mut fuel);
        }
    } else {
        want_rows(plate, balance, rules);
    }
    for (generator, units) in plate.generators.iter_mut() {
        decide(generator, units);
    }
}

/// Wants units in all lanes at once, where all have one order and no fuel is limited.
#[inline(always)]
fn want_rows(plate: &mut Plate<'_>, balance: &Balance, rules: Rules) {
    let (mut need, mut must_take_mw) = (balance.load_mw, Lanes::default());
    let (must_take, called) = plate.generators.ports.split_at_mut(plate.must_take);
    must_take.iter().for_each(|generator| rows::add(&mut must_take_mw, &generator.available_mw));
    rows::subtract(&mut need, &must_take_mw);
    for generator in called {
        let mut stored: Lanes = Lanes::default();
        if rules.discharge_for == DischargeFor::MeritOrder {
            for store in &plate.stores.ports {
                for lane in 0..LANES {
                    let price = store.marginal_cost_per_mwh + store.wear_per_mwh[lane];
                    let cheaper = price < generator.marginal_cost_per_mwh;
                    stored[lane] += if cheaper { store.deliverable_mw[lane] } else { 0.0 };
                }
            }
        }
        let Some(switched) = &mut generator.switched else {
            rows::subtract(&mut need, &generator.available_mw);
            continue;
        };
        let Switched { available, least, most, wanted, .. } = &mut **switched;
        for lane in 0..LANES {
            let available_mw = generator.available_mw[lane];
            let unit_mw = available_mw / f64::from(available[lane]);
            let towards = need[lane] - stored[lane];
            wanted[lane] = units_for(towards, unit_mw, available[lane], least[lane], most[lane]);
            need[lane] -= if wanted[lane] > 0 { f64::from(wanted[lane]) * unit_mw } else { 0.0 };
        }
    }
}

/// How many of `available` units of `unit_mw` are wanted against `need`, within what the minimum
/// times allow; none where they could give nothing.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the units")]
fn units_for(need: f64, unit_mw: f64, available: u32, least: u32, most: u32) -> u32 {
    // Also where no unit is up, and the power of one is not a number.
    let gives = unit_mw > 0.0;
    let units = f64::from(available);
    let needed = (need / unit_mw - 1e-9).ceil();
    let needed = if needed > 0.0 { needed } else { 0.0 };
    let needed = if needed < units { needed } else { units } as u32;
    let most = if most > least { most } else { least };
    let wanted = if needed > least { needed } else { least };
    let wanted = if wanted < most { wanted } else { most };
    if gives { wanted } else { 0 }
}

/// Wants units in one lane, in merit order, against what is left of the load; cuts what is not
/// switched to its fuel.
fn want(plate: &mut Plate<'_>, balance: &Balance, rules: Rules, lane: usize, fuel: &mut [f64]) {
    let must_take: f64 = plate.generators.ports[..plate.must_take].iter().map(|g| g.available_mw[lane]).sum();
    let mut need = balance.load_mw[lane] - must_take;
    merit::rank_called(plate, lane);
    for at in 0..plate.rank.len() {
        let place = plate.must_take + plate.rank[at].1;
        let storage = if rules.discharge_for == DischargeFor::MeritOrder {
            cheaper_storage(plate, lane, merit::price(plate.generators.ports[place], lane))
        } else {
            0.0
        };
        let units = plate.generators.units[place][lane];
        let generator = &mut *plate.generators.ports[place];
        let burn = generator.detail.as_ref().and_then(|detail| detail.burn);
        let budget = burn.map_or(f64::INFINITY, |burn| fuel[burn.fuel]);
        let mw = want_of(generator, lane, need - storage, units, burn.map(|burn| (burn, budget)));
        if let Some(burn) = burn {
            fuel[burn.fuel] = (budget - burn.fuel_mw(mw)).max(0.0);
        }
        need -= mw;
    }
}

/// What stores that cost less than `price` could give, MW.
fn cheaper_storage(plate: &Plate<'_>, lane: usize, price: f64) -> f64 {
    let cheaper = plate.stores.ports.iter().filter(|s| s.marginal_cost_per_mwh + s.wear_per_mwh[lane] < price);
    cheaper.map(|store| store.deliverable_mw[lane]).sum()
}

/// What one generator could give towards `need` in one lane, its units wanted accordingly.
fn want_of(generator: &mut Generator, lane: usize, need: f64, units: f64, burn: Option<(Burn, f64)>) -> f64 {
    if let Some((burn, budget)) = burn {
        let most = burn.most_mw(budget, f64::from(whole_units(units)));
        generator.available_mw[lane] = generator.available_mw[lane].min(most);
    }
    let available_mw = generator.available_mw[lane];
    let Some(switched) = &mut generator.switched else { return available_mw };
    // Where fuel is short fewer units share what there is of it.
    let units = f64::from(switched.available[lane]);
    let unit_mw = burn.map_or(available_mw / units, |(burn, _)| burn.unit_mw.min(available_mw));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the units")]
    let fed = (available_mw / unit_mw - 1e-9).ceil().clamp(0.0, units) as u32;
    let (least, most) = (switched.least[lane], switched.most[lane]);
    let wanted = units_for(need, unit_mw, fed, least, most);
    switched.wanted[lane] = wanted;
    if wanted > 0 { (f64::from(wanted) * unit_mw).min(available_mw) } else { 0.0 }
}

/// What the units that are on could give and must give.
#[inline(always)]
fn decide(generator: &mut Generator, units: &Lanes) {
    let Some(switched) = &mut generator.switched else { return };
    let Some(detail) = &mut generator.detail else { return };
    switched.running.step(&switched.wanted, &switched.available, &mut switched.decided);
    for lane in 0..LANES {
        let (up, on) = (f64::from(whole_units(units[lane])), f64::from(switched.decided.on[lane]));
        let share = if up > 0.0 { on / up } else { 0.0 };
        let available = generator.available_mw[lane];
        switched.unit_mw[lane] = if up > 0.0 { available / up } else { 0.0 };
        // What is cut to its fuel is so already for the units that it feeds.
        let of_those_on = detail.burn.map_or(available * share, |burn| (on * burn.unit_mw).min(available));
        generator.available_mw[lane] = of_those_on;
        detail.floor_mw[lane] = floor(switched.p_min_pu, switched.p_min_mw[lane] * share, of_those_on);
    }
}

/// What units that are on must give of what they could.
#[inline(always)]
fn floor(p_min_pu: f64, p_min_mw: f64, of_those_on: f64) -> f64 {
    (of_those_on * p_min_pu).max(p_min_mw).min(of_those_on)
}

/// Power that units off could give in one lane if they were switched on now, MW. Those whose fuel is
/// limited are left out: what earlier units leave of it is not known here.
pub(super) fn startable_mw(generator: &Generator, lane: usize) -> f64 {
    let limited = generator.detail.as_ref().is_some_and(|detail| detail.burn.is_some());
    match &generator.switched {
        Some(switched) if !limited => {
            f64::from(switched.running.could_add(lane, &switched.decided)) * switched.unit_mw[lane]
        }
        _ => 0.0,
    }
}

/// Switches on as few units off as give `mw` in one lane.
#[cold]
pub(super) fn start(generator: &mut Generator, units: f64, lane: usize, mw: f64) {
    let Some(switched) = &mut generator.switched else { return };
    let Some(detail) = &mut generator.detail else { return };
    let unit_mw = switched.unit_mw[lane];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the units")]
    let more = ((mw / unit_mw - 1e-9).ceil().max(1.0) as u32).min(switched.running.could_add(lane, &switched.decided));
    switched.running.add(lane, more, &mut switched.decided);
    generator.available_mw[lane] += f64::from(more) * unit_mw;
    let share = f64::from(switched.decided.on[lane]) / f64::from(whole_units(units)).max(1.0);
    detail.floor_mw[lane] = floor(switched.p_min_pu, switched.p_min_mw[lane] * share, generator.available_mw[lane]);
}

/// Units that could run: one that is derated counts whole.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 10 000 units")]
fn whole_units(units: f64) -> u32 {
    (units - 1e-9).ceil().max(0.0) as u32
}

/// Once a plate is dispatched: takes what its generators burn from what is `left` for later plates.
pub(crate) fn burn(plate: &Plate<'_>, left: &mut [Option<Lanes>]) {
    for generator in &plate.generators.ports {
        let Some(detail) = &generator.detail else { continue };
        let Some(burn) = detail.burn else { continue };
        let Some(left) = left[burn.fuel].as_mut() else { continue };
        for lane in 0..LANES {
            let p_mw = detail.p_mw[lane];
            let fuel = match &generator.switched {
                Some(switched) => f64::from(switched.decided.on[lane]) * burn.no_load_mw + p_mw * burn.per_mwh,
                None => burn.fuel_mw(p_mw),
            };
            left[lane] = (left[lane] - fuel).max(0.0);
        }
    }
}

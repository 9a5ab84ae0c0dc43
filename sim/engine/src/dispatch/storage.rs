//! Storage by time-to-go: a greedy rule without look-ahead.
//!
//! On a deficit the store that could go on longest discharges first; on a surplus the one that
//! could go on least recharges first (M. Evans, S. Tindemans, D. Angeli, "Minimizing unserved
//! energy using heterogeneous storage units", IEEE Trans. Power Syst. 34(5), 2019, who rank so).
//! Time-to-go is the injection left over the power limit, in hours; equal times are tied by name.
//! Within a step the stores take their turns whole: two of nearly the same time-to-go do not share,
//! which can leave energy unserved in a later step that sharing would have served.
//! Two rules say when it discharges: on a deficit of generation, or already in place of generation
//! that costs more than its own marginal cost and wear. Works lane by lane, and only where there is a deficit or room to charge: lanes at rest, by far
//! the most, cost one test.

use crate::dispatch::merit;
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::model::{ChargeFrom, DischargeFor};
use crate::plate::{Balance, Plate};
use crate::ports::Store;
use crate::rows;

/// When storage charges and discharges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub charge_from: ChargeFrom,
    pub discharge_for: DischargeFor,
}

impl Store {
    /// Brings up to date what it could inject over a step of `step_h`, with `units` up.
    #[inline(always)]
    pub(crate) fn stand(&mut self, units: &Lanes, step_h: f64) {
        if let Some(conversion) = &self.conversion {
            conversion.deliverable_row(&self.e_mwh, units, &mut self.deliverable_mw);
            return;
        }
        for lane in 0..LANES {
            self.stand_lane(lane, units[lane], step_h);
        }
    }

    /// The same in one lane, with `up` up: called whenever `e_mwh` or `up` changes.
    #[inline(always)]
    pub(crate) fn stand_lane(&mut self, lane: usize, up: f64, step_h: f64) {
        if let Some(conversion) = &self.conversion {
            self.deliverable_mw[lane] = conversion.deliverable_mw(lane, self.e_mwh[lane], up);
            return;
        }
        let above = self.e_mwh[lane] - self.e_min_mwh;
        let energy = if above > 0.0 { above } else { 0.0 } * self.efficiency_dispatch;
        let (limit, mw) = (self.p_nom_mw * up, energy / step_h);
        self.deliverable_mw[lane] = if limit < mw { limit } else { mw };
    }

    /// Power it could withdraw over a step of `step_h`, MW, with `up` of it up.
    pub(crate) fn chargeable_mw(&self, lane: usize, up: f64, step_h: f64) -> f64 {
        if let Some(conversion) = &self.conversion {
            return conversion.chargeable_mw(lane, self.e_mwh[lane], up);
        }
        let room = (self.e_max_mwh - self.e_mwh[lane]).max(0.0) / self.efficiency_store;
        (self.p_nom_mw * up).min(room / step_h)
    }

    /// Lowest and highest energy that its moves reach, MWh.
    pub(crate) fn window_mwh(&self, lane: usize) -> (f64, f64) {
        self.conversion.as_ref().map_or((self.e_min_mwh, self.e_max_mwh), |c| c.window_mwh(lane))
    }

    /// Hours of injection left at the power limit; a store without power ranks last.
    fn time_to_go_h(&self, lane: usize) -> f64 {
        if self.p_nom_mw > 0.0 {
            (self.e_mwh[lane] - self.window_mwh(lane).0).max(0.0) * self.efficiency_dispatch / self.p_nom_mw
        } else {
            0.0
        }
    }

    /// What the bus would see of `mw` (injection positive): less than asked where a converter loses it all.
    pub(super) fn moved_mw(&self, lane: usize, mw: f64) -> f64 {
        match &self.conversion {
            Some(conversion) if mw != 0.0 => conversion.exchange(lane, mw, self.e_mwh[lane]).0,
            _ => mw,
        }
    }

    /// Injects `mw` over the step, posts what it takes and returns what the bus gets.
    pub(super) fn discharge(&mut self, lane: usize, mw: f64, up: f64, step_h: f64, balance: &mut Balance) -> f64 {
        let before = self.e_mwh[lane];
        let (mw, taken) = match &self.conversion {
            None => (mw, mw / self.efficiency_dispatch),
            Some(conversion) => {
                let (mw, change_mwh) = conversion.exchange(lane, mw, before);
                (mw, -change_mwh / step_h)
            }
        };
        // Taking the last of it lands on the floor itself, not a rounding beside it.
        let after = (before - taken * step_h).max(self.window_mwh(lane).0.min(before));
        self.e_mwh[lane] = after;
        self.not_full |= 1 << lane;
        self.stand_lane(lane, up, step_h);
        self.p_mw[lane] = mw;
        self.discharged[lane] += mw;
        balance.discharge_mw[lane] += mw;
        balance.ledger.stored[lane] += (after - before) / step_h;
        balance.ledger.lost[lane] += taken - mw;
        mw
    }

    /// Withdraws `mw` over the step, posts where it goes and returns what the bus gave.
    pub(super) fn charge(&mut self, lane: usize, mw: f64, up: f64, step_h: f64, balance: &mut Balance) -> f64 {
        let before = self.e_mwh[lane];
        let (mw, stored) = match &self.conversion {
            None => (mw, mw * self.efficiency_store),
            Some(conversion) => {
                let (p_mw, change_mwh) = conversion.exchange(lane, -mw, before);
                (-p_mw, change_mwh / step_h)
            }
        };
        let (reached, most) = (before + stored * step_h, self.window_mwh(lane).1);
        // Within a rounding of full is full, so that the lane comes to rest.
        let full = reached >= most * (1.0 - 1e-15);
        let after = if full { most.max(before) } else { reached };
        if full {
            self.not_full &= !(1 << lane);
        }
        self.e_mwh[lane] = after;
        self.stand_lane(lane, up, step_h);
        self.p_mw[lane] = -mw;
        self.charged[lane] += mw;
        balance.charge_mw[lane] += mw;
        balance.ledger.stored[lane] += (after - before) / step_h;
        balance.ledger.lost[lane] += mw - stored;
        mw
    }

    /// Takes note of the store's health, and of what it can now hold and give.
    pub(crate) fn age(&mut self, capacity_pu: &Lanes, resistance_pu: &Lanes, units: &Lanes, step_h: f64) {
        let Some(conversion) = &mut self.conversion else { return };
        conversion.age(capacity_pu, resistance_pu);
        self.not_full = (0..LANES).fold(0, |mask, lane| {
            let room = self.e_mwh[lane] < self.window_mwh(lane).1;
            mask | (u64::from(room) << lane)
        });
        self.stand(units, step_h);
    }

    /// Standing loss at the step's end.
    #[inline(always)]
    pub(crate) fn leak(&mut self, units: &Lanes, step_h: f64, balance: &mut Balance) {
        if self.kept_per_step >= 1.0 {
            return;
        }
        for lane in 0..LANES {
            let before = self.e_mwh[lane];
            self.e_mwh[lane] = before * self.kept_per_step;
            balance.ledger.stored[lane] += (self.e_mwh[lane] - before) / step_h;
            balance.ledger.lost[lane] += before * (1.0 - self.kept_per_step) / step_h;
        }
        self.not_full = if self.e_max_mwh > 0.0 { u64::MAX } else { 0 };
        self.stand(units, step_h);
        balance.storage_moved = true;
    }

    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        self.e_mwh = Lanes::splat(self.e_initial_mwh);
        self.not_full = if self.e_initial_mwh < self.e_max_mwh { u64::MAX } else { 0 };
        self.p_mw = Lanes::default();
        self.charged = Lanes::default();
        self.discharged = Lanes::default();
    }
}

/// Lanes in which storage may move: all others are at rest.
#[inline(always)]
pub(crate) fn lanes_that_may_move(plate: &Plate<'_>, balance: &Balance, rules: Rules) -> u64 {
    if rules.discharge_for == DischargeFor::MeritOrder {
        return u64::MAX;
    }
    plate.stores.ports.iter().fold(balance.in_deficit, |lanes, s| lanes | s.not_full)
}

/// Dispatch: lets storage meet deficits and recharge in `lanes`. Fills `discharge_mw` and `charge_mw`
/// of the balance.
#[inline(always)]
pub(crate) fn dispatch(plate: &mut Plate<'_>, balance: &mut Balance, lanes: u64, rules: Rules, step_h: f64) {
    if rules.discharge_for == DischargeFor::MeritOrder {
        return in_merit_order(plate, balance, step_h);
    }
    for lane in set_lanes(lanes) {
        let deficit = balance.load_mw[lane] - balance.available_mw[lane];
        if deficit > 0.0 {
            discharge_lane(plate, balance, lane, step_h, |_, _, _| deficit);
            continue;
        }
        let surplus = match rules.charge_from {
            ChargeFrom::Headroom => -deficit,
            ChargeFrom::MustTake => balance.must_take_mw[lane] - balance.load_mw[lane],
        };
        if surplus > 0.0 {
            charge_lane(plate, balance, lane, surplus, step_h);
        }
    }
}

/// The same where storage stands in the merit order: it charges from must-take surplus alone and
/// runs before whatever costs more than it does.
#[inline(always)]
fn in_merit_order(plate: &mut Plate<'_>, balance: &mut Balance, step_h: f64) {
    let mut net_mw = balance.load_mw;
    rows::subtract(&mut net_mw, &balance.must_take_mw);
    let short = if plate.has_prices {
        rows::above(&balance.deliverable_mw, &[0.0; LANES], 0.0)
    } else {
        merit::pile_up(plate);
        worth_it(plate, &net_mw)
    };
    let short = short & rows::above(&net_mw, &[0.0; LANES], 0.0);
    for lane in set_lanes(short) {
        let net = net_mw[lane];
        discharge_lane(plate, balance, lane, step_h, |plate, store, lane| {
            let price = store.marginal_cost_per_mwh + store.wear_per_mwh[lane];
            net - cheaper(plate, lane, price)
        });
    }
    let room = plate.stores.ports.iter().fold(0, |lanes, s| lanes | s.not_full);
    for lane in set_lanes(room & rows::above(&[0.0; LANES], &net_mw, 0.0)) {
        charge_lane(plate, balance, lane, -net_mw[lane], step_h);
    }
}

/// The lanes in which some store could give and costs less than the generator that meets the last
/// of `net_mw`: in all others none is asked for anything.
#[inline(always)]
fn worth_it(plate: &Plate<'_>, net_mw: &Lanes) -> u64 {
    let called = &plate.generators.ports[plate.must_take..];
    let mut dearest = Lanes::splat(f64::INFINITY);
    for (generator, pile_mw) in called.iter().zip(&plate.pile_mw[1..]).rev() {
        for lane in 0..LANES {
            let meets = pile_mw[lane] >= net_mw[lane];
            dearest[lane] = if meets { generator.marginal_cost_per_mwh } else { dearest[lane] };
        }
    }
    let mut asked = Lanes::default();
    for store in &plate.stores.ports {
        for lane in 0..LANES {
            let price = store.marginal_cost_per_mwh + store.wear_per_mwh[lane];
            let gives = (store.deliverable_mw[lane] > 0.0) & (price < dearest[lane]);
            asked[lane] = if gives { 1.0 } else { asked[lane] };
        }
    }
    rows::above(&asked, &[0.0; LANES], 0.0)
}

/// What called generators could give below `price` beyond what they must, MW.
fn cheaper(plate: &Plate<'_>, lane: usize, price: f64) -> f64 {
    let called = &plate.generators.ports[plate.must_take..];
    if !plate.has_prices {
        return plate.pile_mw[called.partition_point(|g| g.marginal_cost_per_mwh <= price)][lane];
    }
    let cheap = called.iter().filter(|g| merit::price(g, lane) <= price);
    cheap.map(|g| g.available_mw[lane] - g.detail.as_ref().map_or(0.0, |d| d.floor_mw[lane])).sum()
}

/// Stores take turns at what `deficit(plate, store, lane)` says is to be met by all that came before
/// and it.
fn discharge_lane(
    plate: &mut Plate<'_>,
    balance: &mut Balance,
    lane: usize,
    step_h: f64,
    deficit: impl Fn(&Plate<'_>, &Store, usize) -> f64,
) {
    let mut given = 0.0;
    rank(plate, lane, |ttg| -ttg);
    for at in 0..plate.stores.len() {
        let index = plate.rank[at].1;
        let left = deficit(plate, plate.stores.ports[index], lane) - given;
        let up = plate.stores.units[index][lane];
        let store = &mut *plate.stores.ports[index];
        let mw = store.deliverable_mw[lane].min(left);
        if mw > 0.0 {
            given += store.discharge(lane, mw, up, step_h, balance);
        }
    }
}

fn charge_lane(plate: &mut Plate<'_>, balance: &mut Balance, lane: usize, surplus: f64, step_h: f64) {
    let mut left = surplus;
    rank(plate, lane, |ttg| ttg);
    for at in 0..plate.stores.len() {
        let index = plate.rank[at].1;
        let up = plate.stores.units[index][lane];
        let store = &mut *plate.stores.ports[index];
        let mw = store.chargeable_mw(lane, up, step_h).min(left);
        if mw > 0.0 {
            left -= store.charge(lane, mw, up, step_h, balance);
        }
    }
}

/// The place of each store in the order in which the stores of one lane discharge.
pub(super) fn ranks(plate: &Plate<'_>, lane: usize) -> Vec<usize> {
    let mut order = Vec::new();
    sort(&plate.stores.ports, lane, |ttg| -ttg, &mut order);
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, (_, at))| places[*at] = place);
    places
}

/// Ranks the stores of one lane by `key(time to go)`, ties by name (their order on the plate).
fn rank(plate: &mut Plate<'_>, lane: usize, key: impl Fn(f64) -> f64) {
    sort(&plate.stores.ports, lane, key, &mut plate.rank);
}

fn sort(stores: &[&mut Store], lane: usize, key: impl Fn(f64) -> f64, order: &mut Vec<(f64, usize)>) {
    order.clear();
    order.extend(stores.iter().enumerate().map(|(at, store)| (key(store.time_to_go_h(lane)), at)));
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

//! Storage by time-to-go: a greedy rule without look-ahead.
//!
//! On a deficit the store that could go on longest discharges first; on a surplus the one that
//! could go on least recharges first (M. Evans, S. Tindemans, D. Angeli, "Minimizing unserved
//! energy using heterogeneous storage units", IEEE Trans. Power Syst. 34(5), 2019, who rank so).
//! Time-to-go is the injection left over the power limit, in hours; equal times are tied by name.
//! Within a step the stores take their turns whole: two of nearly the same time-to-go do not share,
//! which can leave energy unserved in a later step that sharing would have served.
//! Works lane by lane, and only where there is a deficit or room to charge: lanes at rest, by far
//! the most, cost one test.

use crate::fleet::{Balance, Fleet};
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::model::ChargeFrom;
use crate::ports::Store;

impl Store {
    /// Brings up to date what it could inject over a step of `step_h`, with `units` up.
    #[inline(always)]
    pub(crate) fn stand(&mut self, units: &Lanes, step_h: f64) {
        for lane in 0..LANES {
            self.stand_lane(lane, units[lane], step_h);
        }
    }

    /// The same in one lane, with `up` up: called whenever `e_mwh` or `up` changes.
    #[inline(always)]
    pub(crate) fn stand_lane(&mut self, lane: usize, up: f64, step_h: f64) {
        let above = self.e_mwh[lane] - self.e_min_mwh;
        let energy = if above > 0.0 { above } else { 0.0 } * self.efficiency_dispatch;
        let (limit, mw) = (self.p_nom_mw * up, energy / step_h);
        self.deliverable_mw[lane] = if limit < mw { limit } else { mw };
    }

    /// Power it could withdraw over a step of `step_h`, MW, with `up` of it up.
    fn chargeable_mw(&self, lane: usize, up: f64, step_h: f64) -> f64 {
        let room = (self.e_max_mwh - self.e_mwh[lane]).max(0.0) / self.efficiency_store;
        (self.p_nom_mw * up).min(room / step_h)
    }

    /// Hours of injection left at the power limit; a store without power ranks last.
    fn time_to_go_h(&self, lane: usize) -> f64 {
        if self.p_nom_mw > 0.0 {
            (self.e_mwh[lane] - self.e_min_mwh).max(0.0) * self.efficiency_dispatch / self.p_nom_mw
        } else {
            0.0
        }
    }

    /// Injects `mw` over the step and posts what it takes.
    fn discharge(&mut self, lane: usize, mw: f64, up: f64, step_h: f64, balance: &mut Balance) {
        let before = self.e_mwh[lane];
        // Taking the last of it lands on the floor itself, not a rounding beside it.
        let after = (before - mw * step_h / self.efficiency_dispatch).max(self.e_min_mwh.min(before));
        self.e_mwh[lane] = after;
        self.not_full |= 1 << lane;
        self.stand_lane(lane, up, step_h);
        self.p_mw[lane] = mw;
        self.discharged[lane] += mw;
        balance.discharge_mw[lane] += mw;
        balance.ledger.stored[lane] += (after - before) / step_h;
        balance.ledger.lost[lane] += mw * (1.0 / self.efficiency_dispatch - 1.0);
    }

    /// Withdraws `mw` over the step and posts where it goes.
    fn charge(&mut self, lane: usize, mw: f64, up: f64, step_h: f64, balance: &mut Balance) {
        let before = self.e_mwh[lane];
        let reached = before + mw * step_h * self.efficiency_store;
        // Within a rounding of full is full, so that the lane comes to rest.
        let full = reached >= self.e_max_mwh * (1.0 - 1e-15);
        let after = if full { self.e_max_mwh } else { reached };
        if full {
            self.not_full &= !(1 << lane);
        }
        self.e_mwh[lane] = after;
        self.stand_lane(lane, up, step_h);
        self.p_mw[lane] = -mw;
        self.charged[lane] += mw;
        balance.charge_mw[lane] += mw;
        balance.ledger.stored[lane] += (after - before) / step_h;
        balance.ledger.lost[lane] += mw * (1.0 - self.efficiency_store);
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

/// Dispatch: lets storage meet deficits and recharge. Fills `discharge_mw` and `charge_mw` of the
/// balance.
pub(crate) fn dispatch(fleet: &mut Fleet<'_>, balance: &mut Balance, rule: ChargeFrom, step_h: f64) {
    let short = balance.lanes_in_deficit();
    let room = fleet.stores.iter().fold(0, |lanes, s| lanes | s.not_full);
    balance.storage_moved = short | room != 0;
    for lane in set_lanes(short | room) {
        let deficit = balance.load_mw[lane] - balance.available_mw[lane];
        if deficit > 0.0 {
            discharge_lane(fleet, balance, lane, deficit, step_h);
            continue;
        }
        let surplus = match rule {
            ChargeFrom::Headroom => -deficit,
            ChargeFrom::MustTake => balance.must_take_mw[lane] - balance.load_mw[lane],
        };
        if surplus > 0.0 {
            charge_lane(fleet, balance, lane, surplus, step_h);
        }
    }
}

fn discharge_lane(fleet: &mut Fleet<'_>, balance: &mut Balance, lane: usize, deficit: f64, step_h: f64) {
    let mut left = deficit;
    rank(fleet, lane, |ttg| -ttg);
    for at in 0..fleet.stores.len() {
        let index = fleet.rank[at].1;
        let up = fleet.units[fleet.store_slots[index]][lane];
        let store = &mut *fleet.stores[index];
        let mw = store.deliverable_mw[lane].min(left);
        if mw > 0.0 {
            store.discharge(lane, mw, up, step_h, balance);
            left -= mw;
        }
    }
}

fn charge_lane(fleet: &mut Fleet<'_>, balance: &mut Balance, lane: usize, surplus: f64, step_h: f64) {
    let mut left = surplus;
    rank(fleet, lane, |ttg| ttg);
    for at in 0..fleet.stores.len() {
        let index = fleet.rank[at].1;
        let up = fleet.units[fleet.store_slots[index]][lane];
        let store = &mut *fleet.stores[index];
        let mw = store.chargeable_mw(lane, up, step_h).min(left);
        if mw > 0.0 {
            store.charge(lane, mw, up, step_h, balance);
            left -= mw;
        }
    }
}

/// Ranks the stores of one lane by `key(time to go)`, ties by name (their order in the fleet).
fn rank(fleet: &mut Fleet<'_>, lane: usize, key: impl Fn(f64) -> f64) {
    fleet.rank.clear();
    fleet.rank.extend(fleet.stores.iter().enumerate().map(|(i, s)| (key(s.time_to_go_h(lane)), i)));
    fleet.rank.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

//! One carrier of the flat loop: its balance, storage, and who goes without.

use energyopti_engine::processes::Processes;
use energyopti_engine::{LANES, Lanes, SHORTFALL_TOLERANCE_MW};

use super::rows::{add, lanes_of, subtract};
use super::{Plate, store};

impl Plate {
    /// What its loads want.
    #[inline(always)]
    pub(super) fn foresee(&mut self, step: usize, processes: &Processes) {
        self.load = Lanes::default();
        for load in &mut self.loads {
            load.wanted_mw = Lanes::splat(load.p_mw.at(step, 0));
            for factor in &load.factors {
                let value = processes.value(*factor);
                for lane in 0..LANES {
                    load.wanted_mw[lane] *= value[lane];
                }
            }
            add(&mut self.load, &load.wanted_mw);
            add(&mut load.wanted, &load.wanted_mw);
        }
    }

    /// What could still be taken and given beyond the loads: nothing else on the pipe is known.
    #[inline(always)]
    pub(super) fn promises(&self) -> (Lanes, Lanes) {
        let (mut room, mut stock) = (self.load, Lanes::default());
        let mut chargeable = Lanes::default();
        for store in &self.stores.all {
            add(&mut stock, &store.deliverable);
            for lane in 0..LANES {
                chargeable[lane] += store.chargeable(lane);
            }
        }
        add(&mut room, &chargeable);
        subtract(&mut stock, &self.load);
        for lane in 0..LANES {
            room[lane] = if room[lane] > 0.0 { room[lane] } else { 0.0 };
            stock[lane] = if stock[lane] > 0.0 { stock[lane] } else { 0.0 };
        }
        (room, stock)
    }

    #[inline(always)]
    pub(super) fn begin(&mut self) {
        self.merit.sums(&mut self.available, &mut self.must_take);
        self.stores.begin_step(&mut self.deliverable);
        self.unserved = self.load;
    }

    /// Storage where generation is short; it charges from all capacity to spare or from must-take.
    #[inline(always)]
    pub(super) fn greedy(&mut self, headroom: bool) {
        let mut at_work = self.stores.not_full();
        for lane in 0..LANES {
            let short = self.load[lane] - self.available[lane] > SHORTFALL_TOLERANCE_MW;
            at_work |= u64::from(short) << lane;
        }
        for lane in lanes_of(at_work) {
            let deficit = self.load[lane] - self.available[lane];
            let spare = if headroom { -deficit } else { self.must_take[lane] - self.load[lane] };
            if deficit > 0.0 {
                self.unserved[lane] -= self.stores.discharge(lane, |_| deficit);
            } else if spare > 0.0 {
                self.unserved[lane] += self.stores.charge(lane, spare);
            }
        }
    }

    /// Storage in place of what costs more.
    #[inline(always)]
    pub(super) fn by_merit(&mut self) {
        let (mut net, mut dearest) = (self.load, Lanes::default());
        subtract(&mut net, &self.must_take);
        self.merit.pile_up();
        self.merit.marginal_cost(&net, &mut dearest);
        let mut gives = [false; LANES];
        for store in &self.stores.all {
            for lane in 0..LANES {
                let price = store.cost + store.wear[lane];
                gives[lane] |= (store.deliverable[lane] > 0.0) & (price < dearest[lane]) & (net[lane] > 0.0);
            }
        }
        let not_full = self.stores.not_full();
        for lane in 0..LANES {
            if gives[lane] {
                let (merit, net) = (&self.merit, net[lane]);
                let left = |store: &store::Store| net - merit.cheaper(lane, store.cost + store.wear[lane]);
                self.unserved[lane] -= self.stores.discharge(lane, left);
            } else if net[lane] < 0.0 && not_full >> lane & 1 == 1 {
                self.unserved[lane] += self.stores.charge(lane, -net[lane]);
            }
        }
    }

    /// Shares out what nobody meets; whether there is any.
    #[inline(always)]
    pub(super) fn shed(&mut self) -> bool {
        let short = self.unserved.iter().fold(false, |any, mw| any | (*mw > 0.0));
        if short {
            self.share();
        }
        short
    }

    #[cold]
    pub(super) fn share(&mut self) {
        for lane in 0..LANES {
            let (short, all) = (self.unserved[lane], self.load[lane]);
            if short > 0.0 {
                self.loads.iter_mut().for_each(|load| load.shed[lane] += short * (load.wanted_mw[lane] / all));
            }
        }
    }
}

//! The body of a battery that ages: its health follows what the dispatch does with it.
//!
//! The stress of each step is gathered as it comes; once a day the cells age, and capacity, power
//! limit and wear cost follow. At its end of life it is replaced, retired or kept, as it is told.

use pulp::NullaryFnOnce;

use super::ageing::Ageing;
use super::rainflow::RainflowLanes;
use super::wear::Wear;
use super::{AtEndOfLife, Battery, Life};
use crate::body::{Body, Figure, Now, Total};
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Audit;
use crate::ports::Store;

/// Hours after which the cells age: the source of the laws advances by a day.
const DAY_H: f64 = 24.0;

/// See the module.
pub(super) struct Health {
    slot: usize,
    life: Life,
    wear: Wear,
    e_nom_mwh: f64,
    efficiency_dispatch: f64,
    initial_soc: Lanes,
    ageing: Ageing,
    /// Cycles of the state of charge as they close, and their sums: how many, and how deep together.
    rainflow: RainflowLanes,
    counted: Lanes,
    depth: Lanes,
    /// Hours since the cells last aged.
    hours: f64,
    soc: Lanes,
    /// Cycles of earlier sets of cells, and how many there were.
    earlier_cycles: Lanes,
    replacements: Lanes,
    /// Wear of what was discharged, money.
    wear_cost: Lanes,
    /// Lanes in which it is retired.
    retired: u64,
    /// Whether the ports stand as the cells are: not after a restart.
    told: bool,
}

impl Health {
    pub fn new(battery: &Battery, life: Life, slot: usize) -> Self {
        let initial_soc = Lanes::splat(battery.e_initial_pu);
        Self {
            slot,
            life,
            wear: Wear {
                replacement_cost_eur_per_mwh: life.replacement_cost_per_mwh,
                end_of_life_pu: life.cells.end_of_life_pu,
            },
            e_nom_mwh: battery.e_nom_mwh,
            efficiency_dispatch: battery.efficiency_dispatch,
            initial_soc,
            ageing: Ageing::new(life.cells.chemistry, &initial_soc, life.cells.temperature_c),
            rainflow: RainflowLanes::default(),
            counted: Lanes::default(),
            depth: Lanes::default(),
            hours: 0.0,
            soc: initial_soc,
            earlier_cycles: Lanes::default(),
            replacements: Lanes::default(),
            wear_cost: Lanes::default(),
            retired: 0,
            told: false,
        }
    }

    /// State of charge of the lanes of `mask`, share of the present capacity.
    #[inline(always)]
    fn read(&mut self, store: &Store, mask: u64) {
        let capacity_pu = self.ageing.capacity_pu();
        if mask == u64::MAX {
            for lane in 0..LANES {
                self.soc[lane] = store.e_mwh[lane] / (self.e_nom_mwh * capacity_pu[lane]);
            }
            return;
        }
        for lane in crate::lanes::set_lanes(mask) {
            self.soc[lane] = store.e_mwh[lane] / (self.e_nom_mwh * capacity_pu[lane]);
        }
    }

    /// The cells age by a day; the port hears of it.
    #[inline(always)]
    fn end_of_day(&mut self, store: &mut Store, units: &Lanes, step_h: f64) {
        self.ageing.end_of_day();
        let ended = self.ageing.end_of_life(self.life.cells.end_of_life_pu) & !self.retired;
        if ended != 0 {
            self.end_of_life(ended);
        }
        self.tell(store, units, step_h);
        self.read(store, u64::MAX);
        self.ageing.place(&self.soc, u64::MAX);
    }

    fn end_of_life(&mut self, ended: u64) {
        for lane in crate::lanes::set_lanes(ended) {
            match self.life.at_end {
                AtEndOfLife::Replace => {
                    self.earlier_cycles[lane] += self.ageing.equivalent_full_cycles()[lane];
                    self.replacements[lane] += 1.0;
                }
                AtEndOfLife::Retire => self.retired |= 1 << lane,
                AtEndOfLife::Continue => {}
            }
        }
        if self.life.at_end == AtEndOfLife::Replace {
            self.ageing.renew(ended);
        }
    }

    /// Puts capacity, power limit and wear into the port. A retired battery's power limit is 0: its
    /// resistance is without bound.
    fn tell(&mut self, store: &mut Store, units: &Lanes, step_h: f64) {
        let mut resistance_pu = *self.ageing.resistance_pu();
        for lane in crate::lanes::set_lanes(self.retired) {
            resistance_pu[lane] = f64::INFINITY;
        }
        store.age(self.ageing.capacity_pu(), &resistance_pu, units, step_h);
        self.ageing.fade_per_cycle(&mut store.wear_per_mwh);
        self.wear.marginal_row(&mut store.wear_per_mwh);
        for lane in 0..LANES {
            store.wear_per_mwh[lane] /= self.efficiency_dispatch;
        }
        self.told = true;
    }
}

/// The end of a day, out of line but in the widest instruction set.
struct EndOfDay<'a> {
    health: &'a mut Health,
    store: &'a mut Store,
    units: &'a Lanes,
    step_h: f64,
}

impl NullaryFnOnce for EndOfDay<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.health.end_of_day(self.store, self.units, self.step_h);
    }
}

impl Body for Health {
    fn restart(&mut self, _first_replica: u64) {
        self.ageing.restart(&self.initial_soc, self.life.cells.temperature_c);
        self.soc = self.initial_soc;
        self.rainflow.restart();
        self.counted = Lanes::default();
        self.depth = Lanes::default();
        self.hours = 0.0;
        self.earlier_cycles = Lanes::default();
        self.replacements = Lanes::default();
        self.wear_cost = Lanes::default();
        self.retired = 0;
        self.told = false;
    }

    #[inline(always)]
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        if !self.told {
            let (store, units) = fleet.store(self.slot);
            self.tell(store, units, now.step_h);
        }
    }

    #[inline(always)]
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, _audit: &mut Audit) {
        let (store, units) = fleet.store(self.slot);
        let mut moved = 0;
        for lane in 0..LANES {
            let p_mw = store.p_mw[lane];
            moved |= u64::from(p_mw != 0.0) << lane;
            self.wear_cost[lane] += if p_mw > 0.0 { p_mw } else { 0.0 } * store.wear_per_mwh[lane] * now.step_h;
        }
        let day_ends = self.hours + now.step_h >= DAY_H - 1e-9;
        if day_ends && store.kept_per_step < 1.0 {
            // What has leaked in lanes at rest is told once a day: it is far below a cycle.
            moved = u64::MAX;
        }
        if moved != 0 {
            self.read(store, moved);
            let Self { rainflow, counted, depth, soc, .. } = self;
            #[expect(clippy::cast_possible_truncation, reason = "a horizon has fewer than 2^32 steps")]
            rainflow.push(now.step as u32, soc, moved, |lane, cycle| {
                counted[lane] += cycle.count;
                depth[lane] += cycle.count * cycle.range;
            });
        }
        self.ageing.step(&self.soc, moved, self.life.cells.temperature_c, now.step_h);
        self.hours += now.step_h;
        if day_ends {
            self.hours = 0.0;
            pulp::Arch::new().dispatch(EndOfDay { health: self, store, units, step_h: now.step_h });
        }
    }

    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        let own = |name, lanes, bound| Figure { name, lanes, bound, total: Total::Own };
        let mut cycles = *self.ageing.equivalent_full_cycles();
        for lane in 0..LANES {
            cycles[lane] += self.earlier_cycles[lane];
        }
        let mut cost = self.replacements;
        let set = self.life.replacement_cost_per_mwh * self.e_nom_mwh;
        cost.iter_mut().for_each(|sets| *sets *= set);
        let (days, steps) = (horizon_h / DAY_H + 1.0, horizon_h / step_h);
        let mut mean_depth = self.depth;
        for lane in 0..LANES {
            let counted = self.counted[lane];
            mean_depth[lane] = if counted > 0.0 { mean_depth[lane] / counted } else { 0.0 };
        }
        vec![
            own("state_of_health_pu", *self.ageing.capacity_pu(), 1.0),
            own("resistance_pu", *self.ageing.resistance_pu(), 1e6),
            own("equivalent_full_cycles", cycles, 100.0 * days),
            own("rainflow_cycles", self.counted, steps),
            own("rainflow_depth_pu", mean_depth, 2.0),
            own("replacements", self.replacements, days),
            own("replacement_cost", cost, days * set),
            own("wear_cost", self.wear_cost, days * set * 100.0),
        ]
    }

    fn watch(&self, _now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        show("soc_pu", self.soc[lane]);
        show("capacity_pu", self.ageing.capacity_pu()[lane]);
        show("resistance_pu", self.ageing.resistance_pu()[lane]);
        let (calendar, cycle) = self.ageing.losses(lane);
        show("calendar_loss_pu", calendar);
        show("cycle_loss_pu", cycle);
    }
}

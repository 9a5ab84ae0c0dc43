//! The loop that an able programmer would write for the same model without an ECS: arrays of 64
//! futures per unit, hour by hour. No ledger, no distribution of the margin, no timeline, no figures
//! by month, by hour or by bus: only shortfall, energy and cost.
//!
//! It draws from the same keyed streams, so its futures are the engine's, and its figures must be.

use energyopti_engine::{LANES, Model, Series, StreamKey, open_unit};

type Row = [f64; LANES];

/// One unit: when it next changes state, per future.
struct Unit {
    key: StreamKey,
    group: usize,
    per_failure: f64,
    per_repair: f64,
    pi_up: f64,
    next: [u32; LANES],
    repair: [u32; LANES],
    cycle: [u32; LANES],
    up: [bool; LANES],
    soonest: u32,
}

/// A group of equal units, in merit order.
struct Group {
    p_mw: f64,
    cost: f64,
    up: Row,
    available: Row,
    energy: Row,
}

/// What is counted, per future.
#[derive(Clone)]
pub struct Figures {
    pub lole_h: Row,
    pub eue_mwh: Row,
    pub cost: Row,
    pub discharged_mwh: Row,
    pub charged_mwh: Row,
}

/// The model as arrays.
pub struct Plain {
    units: Vec<Unit>,
    groups: Vec<Group>,
    must_take: Vec<Vec<f64>>,
    load: Vec<f64>,
    battery: Option<Battery>,
}

struct Battery {
    p_mw: f64,
    e_mwh: f64,
    store: f64,
    dispatch: f64,
    level: Row,
}

fn course(series: &Series, steps: usize) -> Vec<f64> {
    (0..steps).map(|t| series.at(t, 0)).collect()
}

impl Plain {
    pub fn new(model: &Model) -> Self {
        let steps = model.clock.steps();
        let mut order: Vec<_> = model.thermal.iter().collect();
        order.sort_by(|a, b| {
            a.marginal_cost_per_mwh.total_cmp(&b.marginal_cost_per_mwh).then(a.common.name.cmp(&b.common.name))
        });
        let mut units = Vec::new();
        for (group, thermal) in order.iter().enumerate() {
            let state = thermal.common.outage.as_ref().expect("every unit has outages").states[0];
            for unit in 0..thermal.common.count {
                units.push(Unit {
                    key: StreamKey::new(model.seed, &thermal.common.stream, "outage", unit),
                    group,
                    per_failure: -1.0 / libm::log1p(-state.failure),
                    per_repair: -1.0 / libm::log1p(-state.repair),
                    pi_up: 1.0 / (1.0 + state.failure / state.repair),
                    next: [0; LANES],
                    repair: [0; LANES],
                    cycle: [0; LANES],
                    up: [true; LANES],
                    soonest: 0,
                });
            }
        }
        let group = |t: &&energyopti_engine::assets::thermal::Thermal| Group {
            p_mw: t.p_max_mw.at(0, 0),
            cost: t.marginal_cost_per_mwh,
            up: [0.0; LANES],
            available: [0.0; LANES],
            energy: [0.0; LANES],
        };
        let solar = model.solar.iter().map(|a| course(&a.p_max_mw, steps));
        let wind = model.wind.iter().map(|a| course(&a.p_max_mw, steps));
        Self {
            units,
            groups: order.iter().map(group).collect(),
            must_take: solar.chain(wind).collect(),
            load: course(&model.load[0].p_mw, steps),
            battery: model.battery.first().map(|b| Battery {
                p_mw: b.p_nom_mw,
                e_mwh: b.e_nom_mwh,
                store: b.efficiency_store,
                dispatch: b.efficiency_dispatch,
                level: [0.0; LANES],
            }),
        }
    }

    /// Runs replicas `64 group ..` to the end.
    #[inline(always)]
    pub fn run_group(&mut self, group: u64) -> Figures {
        let first = group * LANES as u64;
        self.groups.iter_mut().for_each(|g| (g.up, g.energy) = ([0.0; LANES], [0.0; LANES]));
        for unit in &mut self.units {
            unit.start(first, &mut self.groups);
        }
        if let Some(battery) = &mut self.battery {
            battery.level = [0.0; LANES];
        }
        let zero = [0.0; LANES];
        let mut figures = Figures { lole_h: zero, eue_mwh: zero, cost: zero, discharged_mwh: zero, charged_mwh: zero };
        for step in 0..self.load.len() {
            self.step(step, first, &mut figures);
        }
        for group in &self.groups {
            for lane in 0..LANES {
                figures.cost[lane] += group.energy[lane] * group.cost;
            }
        }
        figures
    }

    #[inline(always)]
    fn step(&mut self, step: usize, first: u64, figures: &mut Figures) {
        for unit in &mut self.units {
            if unit.soonest == step as u32 {
                unit.change(step as u32, first, &mut self.groups);
            }
        }
        let must_take: f64 = self.must_take.iter().map(|course| course[step]).sum();
        let load = self.load[step];
        let mut available = [must_take; LANES];
        for group in &mut self.groups {
            for lane in 0..LANES {
                group.available[lane] = group.up[lane] * group.p_mw;
                available[lane] += group.available[lane];
            }
        }
        let mut left = [(load - must_take).max(0.0); LANES];
        if let Some(battery) = &mut self.battery {
            battery.step(load, &available, &mut left, figures);
        }
        for group in &mut self.groups {
            for lane in 0..LANES {
                let mw = if group.available[lane] < left[lane] { group.available[lane] } else { left[lane] };
                group.energy[lane] += mw;
                left[lane] -= mw;
            }
        }
        for lane in 0..LANES {
            let short = if left[lane] > 1e-3 { 1.0 } else { 0.0 };
            figures.lole_h[lane] += short;
            figures.eue_mwh[lane] += short * left[lane];
        }
    }
}

impl Battery {
    #[inline(always)]
    fn step(&mut self, load: f64, available: &Row, left: &mut Row, figures: &mut Figures) {
        for lane in 0..LANES {
            let deficit = load - available[lane];
            let give = self.p_mw.min(self.level[lane] * self.dispatch).min(deficit).max(0.0);
            let room = (self.e_mwh - self.level[lane]) / self.store;
            let take = self.p_mw.min(room).min(-deficit).max(0.0);
            self.level[lane] += take * self.store - give / self.dispatch;
            figures.discharged_mwh[lane] += give;
            figures.charged_mwh[lane] += take;
            left[lane] += take - give;
        }
    }
}

impl Unit {
    fn start(&mut self, first: u64, groups: &mut [Group]) {
        for lane in 0..LANES {
            let replica = first + lane as u64;
            self.cycle[lane] = 0;
            self.next[lane] = 0;
            self.begin(lane, replica);
            self.up[lane] = open_unit(self.key.draw(replica, 0)[0]) <= self.pi_up;
            if self.up[lane] {
                groups[self.group].up[lane] += 1.0;
            } else {
                self.next[lane] = self.repair[lane];
            }
        }
        self.soonest = self.next.iter().copied().min().unwrap_or(u32::MAX);
    }

    fn begin(&mut self, lane: usize, replica: u64) {
        self.cycle[lane] += 1;
        let [up, down] = self.key.draw(replica, u64::from(self.cycle[lane]));
        self.next[lane] = self.next[lane].saturating_add(stay(up, self.per_failure));
        self.repair[lane] = stay(down, self.per_repair);
    }

    fn change(&mut self, step: u32, first: u64, groups: &mut [Group]) {
        for lane in 0..LANES {
            if self.next[lane] != step {
                continue;
            }
            let up = &mut groups[self.group].up[lane];
            self.up[lane] = !self.up[lane];
            if self.up[lane] {
                *up += 1.0;
                self.begin(lane, first + lane as u64);
            } else {
                *up -= 1.0;
                self.next[lane] += self.repair[lane];
            }
        }
        self.soonest = self.next.iter().copied().min().unwrap_or(u32::MAX);
    }
}

fn stay(word: u64, per_step: f64) -> u32 {
    (-libm::log(open_unit(word)) * per_step).ceil().max(1.0) as u32
}

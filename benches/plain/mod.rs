//! The yardstick: the model of `scenarios/rts79_storage.toml` as the struct-of-arrays loop that an
//! able programmer would write for it alone, without an ECS.
//!
//! 64 futures side by side in arrays, one loop over the hours; what a change of state changes is
//! changed when it happens, and every row loop compiles to SIMD of the widest instruction set. It
//! draws from the engine's keyed streams, so its futures are the engine's and its figures must be.
//! Not here, though the engine has it: ledger, margins and their distribution, timeline, events,
//! figures by month, hour and bus, shed tiers, weather years, derated states, several stores.

mod battery;
mod unit;

use battery::Battery;
use energyopti_engine::{LANES, Lanes, Model, SHORTFALL_TOLERANCE_MW, Series};
use pulp::NullaryFnOnce;
use unit::Unit;

/// Unserved power below this is rounding, as in the engine.
const FIRST_WATT_MW: f64 = 1e-6;

/// What each of 64 replicas came to.
pub struct Figures {
    /// Hours short.
    pub lole_h: Lanes,
    /// Unserved energy, MWh.
    pub eue_mwh: Lanes,
    /// Marginal cost times energy.
    pub cost: Lanes,
    /// Energy withdrawn by the battery, MWh.
    pub charged_mwh: Lanes,
    /// Energy given by asset, MWh.
    pub given_mwh: Vec<(String, Lanes)>,
}

/// A plant whose power is the same in every future, by step.
struct Plant {
    name: String,
    p_mw: Series,
    given: Lanes,
}

/// Equal units behind one name.
struct Group {
    name: String,
    unit_mw: f64,
    count: f64,
    cost: f64,
    available_mw: Lanes,
    given: Lanes,
}

/// The whole model.
pub struct Plain {
    steps: usize,
    load_mw: Series,
    plants: Vec<Plant>,
    /// In merit order.
    groups: Vec<Group>,
    units: Vec<Unit>,
    battery: Battery,
    battery_name: String,
    /// Available from all groups.
    thermal_mw: Lanes,
    lole: Lanes,
    unserved: Lanes,
}

impl Plain {
    /// Takes the data of a model with hourly steps, one load and one battery that starts empty.
    pub fn new(model: &Model) -> Self {
        let mut thermal: Vec<_> = model.assets.thermal.iter().collect();
        thermal.sort_by(|a, b| {
            a.marginal_cost_per_mwh.total_cmp(&b.marginal_cost_per_mwh).then(a.common.name.cmp(&b.common.name))
        });
        let units =
            thermal.iter().enumerate().flat_map(|(group, asset)| Unit::of(&asset.common, group, model.seed)).collect();
        let groups = thermal.iter().map(|asset| Group {
            name: asset.common.name.clone(),
            unit_mw: asset.p_max_mw.at(0, 0),
            count: f64::from(asset.common.count),
            cost: asset.marginal_cost_per_mwh,
            available_mw: Lanes::default(),
            given: Lanes::default(),
        });
        let solar = model.assets.solar.iter().map(|a| (&a.common.name, a.p_max_mw(&model.clock)));
        let wind = model.assets.wind.iter().map(|a| (&a.common.name, a.p_max_mw(&model.clock)));
        let plant = |(name, p_mw): (&String, Option<Series>)| Plant {
            name: name.clone(),
            p_mw: p_mw.expect("the benchmark's plants have profiles"),
            given: Lanes::default(),
        };
        Self {
            steps: model.clock.steps(),
            load_mw: model.assets.load[0].p_mw.clone(),
            plants: solar.chain(wind).map(plant).collect(),
            groups: groups.collect(),
            units,
            battery: Battery::of(&model.assets.battery[0]),
            battery_name: model.assets.battery[0].common.name.clone(),
            thermal_mw: Lanes::default(),
            lole: Lanes::default(),
            unserved: Lanes::default(),
        }
    }

    /// Runs replicas `64 group ..` to the horizon's end.
    pub fn run_group(&mut self, group: u64) -> Figures {
        let first_replica = group * LANES as u64;
        self.restart(first_replica);
        pulp::Arch::new().dispatch(Hours { plain: self, first_replica });
        self.figures()
    }

    fn restart(&mut self, first_replica: u64) {
        self.plants.iter_mut().for_each(|plant| plant.given = Lanes::default());
        for group in &mut self.groups {
            group.available_mw = Lanes::splat(group.unit_mw * group.count);
            group.given = Lanes::default();
        }
        self.battery.restart();
        (self.lole, self.unserved, self.thermal_mw) = Default::default();
        for unit in &mut self.units {
            let group = &mut self.groups[unit.group];
            for lane in 0..LANES {
                if !unit.start(lane, first_replica + lane as u64) {
                    group.available_mw[lane] -= group.unit_mw;
                }
            }
            unit.look_ahead();
        }
        for group in &self.groups {
            for lane in 0..LANES {
                self.thermal_mw[lane] += group.available_mw[lane];
            }
        }
    }

    fn figures(&self) -> Figures {
        let mut cost = Lanes::default();
        for group in &self.groups {
            for lane in 0..LANES {
                cost[lane] += group.given[lane] * group.cost;
            }
        }
        let plants = self.plants.iter().map(|p| (p.name.clone(), p.given));
        let groups = self.groups.iter().map(|g| (g.name.clone(), g.given));
        let battery = (self.battery_name.clone(), self.battery.discharged);
        Figures {
            lole_h: self.lole,
            eue_mwh: self.unserved,
            cost,
            charged_mwh: self.battery.charged,
            given_mwh: plants.chain(groups).chain([battery]).collect(),
        }
    }

    /// Units that break down or come back at `hour`.
    #[inline(always)]
    fn outages(&mut self, hour: u32, first_replica: u64) {
        for unit in &mut self.units {
            if unit.earliest > hour {
                continue;
            }
            let group = &mut self.groups[unit.group];
            let mut due = unit.due(hour);
            while due != 0 {
                let lane = due.trailing_zeros() as usize;
                due &= due - 1;
                let up = unit.change(lane, hour, first_replica + lane as u64);
                let mw = if up { group.unit_mw } else { -group.unit_mw };
                group.available_mw[lane] += mw;
                self.thermal_mw[lane] += mw;
            }
            unit.look_ahead();
        }
    }

    /// One hour of all lanes: storage, merit order, shortfall.
    #[inline(always)]
    fn hour(&mut self, hour: usize) {
        let load = self.load_mw.at(hour, 0);
        let must_take: f64 = self.plants.iter().map(|p| p.p_mw.at(hour, 0)).sum();
        let mut rest = Lanes::default();
        self.battery.step(load, must_take, &self.thermal_mw, &mut rest);
        for plant in &mut self.plants {
            let available = plant.p_mw.at(hour, 0);
            for lane in 0..LANES {
                let mw = least(available, rest[lane]);
                rest[lane] -= mw;
                plant.given[lane] += mw;
            }
        }
        for group in &mut self.groups {
            for lane in 0..LANES {
                let mw = least(group.available_mw[lane], rest[lane]);
                rest[lane] -= mw;
                group.given[lane] += mw;
            }
        }
        if rest.iter().fold(false, |any, mw| any | (*mw > FIRST_WATT_MW)) {
            for lane in 0..LANES {
                if rest[lane] > FIRST_WATT_MW {
                    self.unserved[lane] += rest[lane];
                    self.lole[lane] += f64::from(u8::from(rest[lane] > SHORTFALL_TOLERANCE_MW));
                }
            }
        }
    }
}

/// The hours of a group of replicas. A struct and not a closure, so that it is surely inlined into
/// the instruction set dispatched to.
struct Hours<'a> {
    plain: &'a mut Plain,
    first_replica: u64,
}

impl NullaryFnOnce for Hours<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for hour in 0..self.plain.steps {
            self.plain.outages(hour as u32, self.first_replica);
            self.plain.hour(hour);
        }
    }
}

/// The lesser of two numbers: `f64::min` would also care for what is none, at three times the cost.
#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

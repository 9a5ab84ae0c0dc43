//! Sun, wind and water of the flat loop.

use std::sync::Arc;

use energyopti_engine::assets::hydro::Hydro;
use energyopti_engine::assets::hydro::reservoir::{RunningReservoir, WaterFlows};
use energyopti_engine::assets::solar::plant::{Air, PlantModel};
use energyopti_engine::assets::solar::step::SunStep;
use energyopti_engine::assets::solar::{self, Sky, Solar};
use energyopti_engine::assets::wind::plant::RunningTurbine;
use energyopti_engine::assets::wind::{self, Speed, Wind};
use energyopti_engine::processes::Processes;
use energyopti_engine::{Clock, LANES, Lanes, Series};

/// A plant whose power is known.
pub(super) struct Given {
    pub at: usize,
    pub p_mw: Series,
}

/// Sun through clouds.
pub(super) struct Sunny {
    pub at: usize,
    process: usize,
    model: PlantModel,
    steps: Arc<[(SunStep, Air)]>,
    unit_mw: Lanes,
}

impl Sunny {
    /// `None` where nothing differs between futures.
    pub fn new(asset: &Solar, clock: &Clock, at: usize) -> Option<Self> {
        let solar::Source::Physics(physics) = &asset.source else { return None };
        let Sky::Index { process } = physics.weather().sky else { return None };
        let (model, steps) = (physics.plant().prepare(), physics.steps(clock)?);
        Some(Self { at, process, model, steps, unit_mw: Lanes::default() })
    }

    #[inline(always)]
    pub fn shine(&mut self, step: usize, processes: &Processes, available: &mut Lanes) {
        let (sun, air) = &self.steps[step];
        self.model.power_mw(sun, air, processes.value(self.process), &mut self.unit_mw);
        *available = self.unit_mw;
    }
}

/// Wind turbines.
pub(super) struct Windy {
    pub at: usize,
    process: usize,
    count: f64,
    physics: wind::Physics,
    turbine: RunningTurbine,
    unit_mw: Lanes,
}

impl Windy {
    /// `None` where nothing differs between futures.
    pub fn new(asset: &Wind, at: usize) -> Option<Self> {
        let wind::Source::Physics(physics) = &asset.source else { return None };
        let Speed::Process(process) = physics.weather().wind else { return None };
        let turbine = RunningTurbine::new(physics.turbine());
        let (physics, count) = (physics.clone(), f64::from(asset.common.count));
        Some(Self { at, process, count, physics, turbine, unit_mw: Lanes::default() })
    }

    pub fn restart(&mut self) {
        self.turbine.restart();
    }

    #[inline(always)]
    pub fn blow(&mut self, step: usize, processes: &Processes, available: &mut Lanes) {
        self.physics.take_up_air(&mut self.turbine, step, 0);
        self.turbine.step(processes.value(self.process), &mut self.unit_mw);
        for lane in 0..LANES {
            available[lane] = self.count * self.unit_mw[lane];
        }
    }
}

/// A river or a reservoir.
pub(super) struct Water {
    pub name: String,
    pub at: usize,
    inflow: Series,
    factors: Vec<usize>,
    running: RunningReservoir,
    inflow_mw: Lanes,
    flows: WaterFlows,
    pub spill: Lanes,
    pub inflow_mwh: Lanes,
    pub release_short: Lanes,
}

impl Water {
    pub fn new(asset: &Hydro, at: usize) -> Self {
        let zero = Lanes::default();
        Self {
            name: asset.common.name.clone(),
            at,
            inflow: asset.inflow_mw.clone(),
            factors: asset.inflow_factors.iter().map(|factor| factor.process).collect(),
            running: RunningReservoir::new(&asset.reservoir, 1.0),
            inflow_mw: zero,
            flows: WaterFlows::default(),
            spill: zero,
            inflow_mwh: zero,
            release_short: zero,
        }
    }

    pub fn restart(&mut self) {
        self.running.restart();
        (self.spill, self.inflow_mwh, self.release_short) = Default::default();
    }

    #[inline(always)]
    pub fn offer(&mut self, step: usize, processes: &Processes, floor: &mut Lanes, available: &mut Lanes) {
        self.inflow_mw = Lanes::splat(self.inflow.at(step, 0));
        for factor in &self.factors {
            let value = processes.value(*factor);
            for lane in 0..LANES {
                self.inflow_mw[lane] *= value[lane];
            }
        }
        for lane in 0..LANES {
            self.inflow_mw[lane] = if self.inflow_mw[lane] > 0.0 { self.inflow_mw[lane] } else { 0.0 };
        }
        self.running.window(&self.inflow_mw, &Lanes::splat(1.0), floor, available);
    }

    #[inline(always)]
    pub fn settle(&mut self, p_mw: &Lanes) {
        self.running.settle(&self.inflow_mw, p_mw, &mut self.flows);
        for lane in 0..LANES {
            self.spill[lane] += self.flows.spill_mw[lane];
            self.inflow_mwh[lane] += self.inflow_mw[lane];
            self.release_short[lane] += self.flows.release_short_mw[lane];
        }
    }

    pub fn held(&self) -> Lanes {
        self.running.e_mwh
    }
}

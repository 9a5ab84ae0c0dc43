//! Thermal units: capacity that burns fuel when the merit order calls it.
//!
//! Here: outages, derated states, planned maintenance; and, where asked for, fuel by a heat-rate
//! curve, start-up cost, minimum load and minimum up and down times. Not here: ramps.

mod burning;
pub mod commitment;
pub mod emissions;
pub mod heat_rate;

use bevy_ecs::world::World;

use self::burning::Burning;
use self::commitment::{Commitment, RunningUnits};
use self::heat_rate::HeatRate;
use super::{Common, Kind, Site};
use crate::body::Physics;
use crate::dispatch::commitment::{Burn, Switched};
use crate::factor::{Factor, magnitude};
use crate::ports::Generator;
use crate::series::Series;

/// A group of equal thermal units.
#[derive(Clone, Debug, PartialEq)]
pub struct Thermal {
    /// Name, bus, count, outage.
    pub common: Common,
    /// Nominal power of one unit in MW.
    pub p_nom_mw: f64,
    /// Power of one unit that is up, by step, in MW; maintenance is already in it
    /// (see [`with_maintenance`]).
    pub p_max_mw: Series,
    /// Money per MWh generated, fuel apart.
    pub marginal_cost_per_mwh: f64,
    /// Fuel, switching, and what processes do to it.
    pub operation: Operation,
}

/// How thermal units are operated, beyond giving what the merit order asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operation {
    /// The fuel they burn, by index, and how much of it.
    pub burns: Option<(usize, HeatRate)>,
    /// How they are switched on and off; without it they are as if always on.
    pub switching: Option<Switching>,
    /// Processes that multiply the power they could give.
    pub availability: Vec<Factor>,
    /// Processes that multiply their marginal cost.
    pub cost: Vec<Factor>,
}

/// How units are switched on and off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Switching {
    /// Least power of a unit that is on, share of what it could give.
    pub p_min_pu: f64,
    /// Minimum times and who is on at step 0.
    pub commitment: Commitment,
    /// What a start takes.
    pub start: Start,
}

/// What a start of one unit takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Start {
    /// Money, fuel apart.
    pub cost: f64,
    /// Fuel, MWh.
    pub fuel_mwh: f64,
}

impl Kind for Thermal {
    fn common(&self) -> &Common {
        &self.common
    }

    fn series(&self) -> Vec<&Series> {
        vec![&self.p_max_mw]
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.p_nom_mw * f64::from(self.common.count))
    }

    fn remove_power(&mut self) {
        self.p_max_mw = Series::Constant(0.0);
    }

    fn ties_hours(&self) -> Option<&'static str> {
        let Operation { burns, switching, availability, cost } = &self.operation;
        if switching.is_some() {
            Some("its units are switched on and off")
        } else if !availability.is_empty() || !cost.is_empty() {
            Some("it follows a process")
        } else {
            burns.as_ref().map(|_| "its fuel may be limited")
        }
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let Self { p_max_mw, p_nom_mw, marginal_cost_per_mwh, operation, .. } = self;
        let mut port = Generator::new(p_max_mw, *p_nom_mw, self.common.count, *marginal_cost_per_mwh);
        port.availability.clone_from(&operation.availability);
        let most = magnitude(&operation.availability, site.processes);
        port.greatest_mw *= most;
        if operation.burns.is_none() && operation.switching.is_none() && operation.cost.is_empty() {
            self.common.spawn(world, site, port);
            return;
        }
        let body = Burning::new(self, site);
        port.marginal_cost_per_mwh = body.usual_price(site.fuels);
        port.paid_per_mwh = 0.0;
        let detail = port.keep_detail();
        detail.priced = body.is_priced(site.fuels);
        detail.burn = self.limited_fuel(site);
        if let Some(switching) = &operation.switching {
            detail.has_floor = switching.p_min_pu > 0.0;
            let running = RunningUnits::new(&switching.commitment, site.model.clock.step_h);
            port.switched = Some(Box::new(Switched::new(running, switching.p_min_pu)));
        }
        self.common.spawn(world, site, port).insert(Physics::new(body));
    }
}

impl Thermal {
    /// What it takes of its fuel, where that is limited. The dearest further MWh stands for all, so
    /// that the limit is kept whatever the power turns out to be.
    fn limited_fuel(&self, site: &Site<'_>) -> Option<Burn> {
        let (fuel, rate) = self.operation.burns.as_ref()?;
        site.fuels.get(*fuel).supply_mw?;
        let curve = rate.prepared();
        let per_mwh = curve.marginal(self.p_nom_mw).max(curve.marginal(0.0)).max(1e-6);
        let no_load_mw = (curve.fuel_mw(self.p_nom_mw) - per_mwh * self.p_nom_mw).max(curve.fuel_mw(0.0)).max(0.0);
        Some(Burn { fuel: *fuel, no_load_mw, per_mwh, unit_mw: self.p_nom_mw })
    }
}

/// Planned maintenance: from step `first`, for `steps` steps, `p_max_pu` of the power is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Maintenance {
    /// First step of the window.
    pub first: usize,
    /// Length in steps.
    pub steps: usize,
    /// Share of power left in the window, 0 for a full stop.
    pub p_max_pu: f64,
}

/// The course of power with planned windows cut out of it. Where windows overlap the deepest
/// counts. The outage chain runs on through a window: a unit may come back from it broken.
#[must_use]
pub fn with_maintenance(p_max_mw: &Series, windows: &[Maintenance], steps: usize) -> Series {
    if windows.is_empty() {
        return p_max_mw.clone();
    }
    let left = |t: usize| {
        windows.iter().filter(|w| (w.first..w.first + w.steps).contains(&t)).map(|w| w.p_max_pu).fold(1.0, f64::min)
    };
    p_max_mw.map(steps, |t, mw| mw * left(t))
}

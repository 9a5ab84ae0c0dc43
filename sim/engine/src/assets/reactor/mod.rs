//! Nuclear reactor of the PWR kind, large or small: one unit per asset, with or without heat extraction.
//!
//! Pure, per step and in lanes: [`xenon`], [`decay_heat`], [`envelope`], [`reactivity`], [`balance`] and
//! [`request`] with [`refusal`], which puts them together: what power may be asked for, and why not more.
//! Order of a step: `Reach::update` at the power now, `Rules::answer`, dispatch, then `Xenon::step`,
//! `DecayHeat::step` and `PlantBalance::flows` with the mean power of the step.
//! On the step clock: `window` sets the limits, `plant` is the body, `figures` counts.
//! For one operator's view in seconds, not in lanes: [`kinetics`], [`inhour`], [`feedback`].
//! Not here: spatial xenon oscillation, fuel performance, choice of when to refuel or to shut down.

pub mod balance;
pub mod decay_heat;
pub mod envelope;
pub mod feedback;
pub mod figures;
pub mod inhour;
pub mod kinetics;
mod plant;
pub mod reactivity;
pub mod refusal;
pub mod request;
pub mod window;
pub mod xenon;

use bevy_ecs::world::World;

use self::balance::PlantBalance;
use self::envelope::EnvelopeTable;
use self::plant::Plant;
use self::reactivity::ReactivityBalance;
use self::xenon::XenonModel;
use super::fault::{Fault, require};
use super::{Common, Kind, Site};
use crate::body::Physics;
use crate::factor::Factor;
use crate::ports::Generator;

/// A reactor with its turbine. It starts in equilibrium at full power.
///
/// A unit that is up, not in refuelling and not held down by xenon runs, at its least power or more; it
/// starts again as soon as it may. Outages, derating and refuelling take power away at once, at the
/// start of a step; every other change keeps to the ramps.
#[derive(Clone, Debug, PartialEq)]
pub struct Reactor {
    /// Name, bus, count (1: each core has its own history), outage.
    pub common: Common,
    /// Rated electric power without heat extraction, MW.
    pub p_nom_mw: f64,
    /// Electric power over thermal power, a ratio.
    pub efficiency: f64,
    /// Heat taken from the turbine, where it is.
    pub heat: Option<HeatExtraction>,
    /// Money per MWh of electricity; heat costs what the electricity lost for it would have.
    pub marginal_cost_per_mwh: f64,
    /// What the core holds in reactivity.
    pub core: ReactivityBalance,
    /// Iodine and xenon.
    pub xenon: XenonModel,
    /// Ramps, least load, and until when power follows load.
    pub envelope: EnvelopeTable,
    /// Burnup of the cycle at step 0, effective full power days.
    pub efpd_initial: f64,
    /// When it is refuelled.
    pub refuelling: Refuelling,
    /// Processes that multiply the power that it could give; above 1 they do nothing.
    pub availability: Vec<Factor>,
}

/// Heat taken from the turbine for a heat bus. It is dispatched before electricity, and the core runs
/// at least as high as the heat taken needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatExtraction {
    /// Index of the heat bus.
    pub bus: usize,
    /// Greatest heat, MW.
    pub heat_max_mw: f64,
    /// Electric MW lost per MW of heat.
    pub power_loss_factor: f64,
}

/// When a reactor is refuelled. A refuelling ends with a new cycle: burnup 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Refuelling {
    /// Not within the horizon; after the end of the cycle power falls (stretch-out).
    #[default]
    Never,
    /// Known to all: from step `first`, for `steps` steps.
    Planned {
        /// First step without power.
        first: usize,
        /// Length in steps.
        steps: usize,
    },
    /// In each future as soon as the cycle's burnup is reached.
    AtEndOfCycle {
        /// Length in hours, rounded up to whole steps.
        duration_h: f64,
    },
}

impl Reactor {
    /// The thermal balance of the plant.
    #[must_use]
    pub fn balance(&self) -> PlantBalance {
        let (heat_max_mw, power_loss_factor) = self.heat.map_or((0.0, 0.0), |h| (h.heat_max_mw, h.power_loss_factor));
        PlantBalance { p_nom: self.p_nom_mw, efficiency: self.efficiency, power_loss_factor, heat_max_mw }
    }

    /// Every rule that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.balance().faults();
        faults.extend(self.core.faults());
        faults.extend(self.xenon.faults());
        faults.extend(self.envelope.faults());
        let mut rule = |holds, key, text| require(&mut faults, holds, key, text);
        rule(self.common.count == 1, "count", "must be 1: each core has its own history");
        rule(self.efpd_initial >= 0.0 && self.efpd_initial.is_finite(), "efpd_initial", "must not lie below 0");
        if let Refuelling::AtEndOfCycle { duration_h } = self.refuelling {
            rule(duration_h > 0.0 && duration_h.is_finite(), "duration_h", "must lie above 0");
        }
        faults
    }
}

impl Kind for Reactor {
    fn common(&self) -> &Common {
        &self.common
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.p_nom_mw)
    }

    fn remove_power(&mut self) {
        self.p_nom_mw = 0.0;
        if let Some(heat) = &mut self.heat {
            heat.heat_max_mw = 0.0;
        }
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let electric = site.slot;
        let mut port = Generator::driven(self.p_nom_mw, self.p_nom_mw, self.marginal_cost_per_mwh);
        port.keep_detail().has_floor = true;
        let step_h = site.model.clock.step_h;
        let entity = self.common.spawn(world, site, port).id();
        let heat = self.heat.map(|heat| {
            let cost = heat.power_loss_factor * self.marginal_cost_per_mwh;
            let mut port = Generator::driven(heat.heat_max_mw, heat.heat_max_mw, cost);
            port.keep_detail();
            self.common.spawn_part(world, site, "heat", heat.bus, port)
        });
        world.entity_mut(entity).insert(Physics::new(Plant::new(self, electric, heat, step_h)));
    }
}

//! Wind plants: must-take generation, curtailed only when nobody needs it. What a plant could give is a
//! given profile, or follows from the wind and a power curve.
//!
//! Not here: the weather itself. It comes as courses or as a process.

mod blowing;
pub mod curve;
pub mod density;
mod physics;
pub mod plant;
pub mod shear;

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::clock::Clock;
use crate::ports::Generator;
use crate::series::Series;

use blowing::Blowing;
pub use physics::{Physics, Speed, Weather};

/// A group of equal wind plants.
#[derive(Clone, Debug, PartialEq)]
pub struct Wind {
    /// Name, bus, count, outage.
    pub common: Common,
    /// Nominal power of one plant in MW.
    pub p_nom_mw: f64,
    /// From what its power follows.
    pub source: Source,
    /// Money per MWh generated.
    pub marginal_cost_per_mwh: f64,
}

/// From what the power of one plant that is up follows.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one per plant, made once")]
pub enum Source {
    /// Given, by step, in MW.
    Profile(Series),
    /// Wind, air and turbine.
    Physics(Physics),
}

impl Wind {
    /// Power of one plant that is up, by step, in MW; `None` where it differs between futures.
    #[must_use]
    pub fn p_max_mw(&self, clock: &Clock) -> Option<Series> {
        match &self.source {
            Source::Profile(p_max_mw) => Some(p_max_mw.clone()),
            Source::Physics(physics) => physics.course(clock),
        }
    }
}

impl Kind for Wind {
    fn common(&self) -> &Common {
        &self.common
    }

    fn series(&self) -> Vec<&Series> {
        match &self.source {
            Source::Profile(p_max_mw) => vec![p_max_mw],
            Source::Physics(physics) => physics.series(),
        }
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.p_nom_mw * f64::from(self.common.count))
    }

    fn remove_power(&mut self) {
        self.source = Source::Profile(Series::Constant(0.0));
    }

    fn ties_hours(&self) -> Option<&'static str> {
        None
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let Self { p_nom_mw, marginal_cost_per_mwh, source, .. } = self;
        let count = self.common.count;
        let body = match source {
            Source::Profile(_) => None,
            Source::Physics(physics) => Some(Blowing::new(physics, site)),
        };
        let port = match (self.p_max_mw(&site.model.clock), &body) {
            (Some(p_max_mw), _) => Generator::new(&p_max_mw, *p_nom_mw, count, *marginal_cost_per_mwh),
            (None, body) => {
                let units = f64::from(count);
                let greatest_mw = body.as_ref().map_or(0.0, Blowing::greatest_mw);
                Generator::driven(p_nom_mw * units, greatest_mw * units, *marginal_cost_per_mwh)
            }
        };
        let mut entity = self.common.spawn(world, site, port.must_take());
        if let Some(body) = body {
            entity.insert(crate::body::Physics::new(body));
        }
    }
}

//! Thermal units: capacity that burns fuel when the merit order calls it.
//!
//! Here: two-state outages, derated states, planned maintenance. Not here: minimum load, ramps,
//! start-up cost, heat rates.

use bevy_ecs::world::World;

use super::{Common, Site};
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
    /// Money per MWh generated.
    pub marginal_cost_per_mwh: f64,
}

impl Thermal {
    pub(crate) fn spawn(&self, world: &mut World, site: Site) {
        let Self { p_max_mw, p_nom_mw, marginal_cost_per_mwh, .. } = self;
        let port = Generator::new(p_max_mw, *p_nom_mw, self.common.count, *marginal_cost_per_mwh);
        self.common.spawn(world, site, port);
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

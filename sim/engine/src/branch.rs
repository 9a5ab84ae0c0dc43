//! The port between two buses: what carries power and makes none.
//!
//! A line's or link's room spawns it; `dispatch/network/` sets its flow. Not here: the law of flows.

use bevy_ecs::prelude::*;

use crate::lanes::Lanes;

/// Carries power from its asset's bus to another.
#[derive(Component, Debug)]
pub struct Branch {
    /// Index of the bus that a positive flow reaches.
    pub bus1: usize,
    /// Greatest flow forward and backward, MW; may be infinite.
    pub limits_mw: [f64; 2],
    /// Share of what it takes that arrives.
    pub efficiency: f64,
    /// Money per MWh taken, either way.
    pub marginal_cost_per_mwh: f64,
    /// Flow that its phase shift drives by itself, MW.
    pub shifted_mw: f64,
    /// Flow in this step where it leaves the asset's bus, MW.
    pub flow_mw: Lanes,
    /// What another MW of its limit would save in this step, money per MWh.
    pub shadow_price: Lanes,
    /// Flow either way since the horizon's start, in MW times steps.
    pub carried: Lanes,
    /// Lost on the way since the horizon's start, in MW times steps.
    pub lost: Lanes,
    /// Steps at its limit, with a price for it, since the horizon's start.
    pub congested: Lanes,
    /// What the flow is worth more at its end than at its start, money per hour times steps.
    pub rent: Lanes,
}

impl Branch {
    /// One at rest.
    pub(crate) fn new(bus1: usize, limits_mw: [f64; 2], efficiency: f64, marginal_cost_per_mwh: f64) -> Self {
        let zero = Lanes::default();
        Self {
            bus1,
            limits_mw,
            efficiency,
            marginal_cost_per_mwh,
            shifted_mw: 0.0,
            flow_mw: zero,
            shadow_price: zero,
            carried: zero,
            lost: zero,
            congested: zero,
            rent: zero,
        }
    }

    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        let fresh = Self::new(self.bus1, self.limits_mw, self.efficiency, self.marginal_cost_per_mwh);
        *self = Self { shifted_mw: self.shifted_mw, ..fresh };
    }

    /// Its greatest finite limit, MW; `otherwise` where there is none.
    pub(crate) fn greatest_mw(&self, otherwise: f64) -> f64 {
        let greatest = self.limits_mw[0].max(self.limits_mw[1]);
        if greatest.is_finite() { greatest } else { otherwise }
    }
}

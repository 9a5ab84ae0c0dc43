//! Bodies: the physics of an asset on the step clock.
//!
//! A kind's room puts a [`Physics`] component beside its ports where the ports alone are not enough.
//! In every step a body is asked three times: what it could do (before the dispatch), what it hands
//! on to another carrier (after a plate is dispatched), and what became of it (after all are). It
//! reaches its ports by slot and nobody else's.

use bevy_ecs::prelude::*;
use pulp::NullaryFnOnce;

use crate::fleet::Fleet;
use crate::fuel::Fuels;
use crate::lanes::Lanes;
use crate::ledger::Audit;
use crate::model::Carrier;
use crate::processes::Processes;

/// The step at hand, as a body sees it.
pub(crate) struct Now<'a> {
    /// Index of the step.
    pub step: usize,
    /// Its length, hours.
    pub step_h: f64,
    /// Weather year of each lane.
    pub weather: &'a Lanes<u32>,
    /// The processes' values in this step.
    pub processes: &'a Processes,
    /// Fuel prices in this step.
    pub fuels: &'a Fuels,
}

/// What an asset's physics came to over the horizon of each replica.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Metric name with its unit: `starts`, `emissions_t`.
    pub name: &'static str,
    /// The value of each lane.
    pub lanes: Lanes,
    /// The most it can be in one replica.
    pub bound: f64,
    /// Of which sum over the system it is a part.
    pub total: Total,
}

/// Sums over the system that a figure is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Total {
    /// None.
    Own,
    /// Money for energy.
    Cost,
    /// Carbon dioxide.
    Emissions,
}

/// An asset's physics on the step clock. Its functions are inlined into the dispatched instruction
/// set, so what they call per lane should be too.
pub(crate) trait Body: Send + Sync + 'static {
    /// Back to the horizon's start.
    fn restart(&mut self, first_replica: u64);
    /// Decide: sets the limits of its ports for the step.
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>);
    /// Dispatch, after the plate of `carrier`: hands on to another plate what this one gave or took.
    #[inline(always)]
    fn convert(&mut self, _carrier: Carrier, _now: &Now<'_>, _fleet: &mut Fleet<'_>) {}
    /// Age: what was done changes its state; its own balance is shown to `audit`.
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit);
    /// What its horizon came to. The names and bounds never change.
    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure>;
    /// What `replay` shows of it in one lane at the end of a step. Always the same names.
    fn watch(&self, now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64));
}

/// The body of an asset.
#[derive(Component)]
pub(crate) struct Physics(pub Box<dyn Driven>);

impl Physics {
    pub fn new(body: impl Body) -> Self {
        Self(Box::new(body))
    }
}

/// A body behind a pointer, each of its functions in the widest instruction set.
pub(crate) trait Driven: Send + Sync {
    fn restart(&mut self, first_replica: u64);
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>);
    fn convert(&mut self, carrier: Carrier, now: &Now<'_>, fleet: &mut Fleet<'_>);
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit);
    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure>;
    fn watch(&self, now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64));
}

impl<B: Body> Driven for B {
    fn restart(&mut self, first_replica: u64) {
        Body::restart(self, first_replica);
    }

    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        pulp::Arch::new().dispatch(Offer { body: self, now, fleet });
    }

    fn convert(&mut self, carrier: Carrier, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        Body::convert(self, carrier, now, fleet);
    }

    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit) {
        pulp::Arch::new().dispatch(Settle { body: self, now, fleet, audit });
    }

    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        Body::figures(self, step_h, horizon_h)
    }

    fn watch(&self, now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        Body::watch(self, now, lane, show);
    }
}

struct Offer<'a, 'n, 'f, B> {
    body: &'a mut B,
    now: &'a Now<'n>,
    fleet: &'a mut Fleet<'f>,
}

impl<B: Body> NullaryFnOnce for Offer<'_, '_, '_, B> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        Body::offer(self.body, self.now, self.fleet);
    }
}

struct Settle<'a, 'n, 'f, B> {
    body: &'a mut B,
    now: &'a Now<'n>,
    fleet: &'a mut Fleet<'f>,
    audit: &'a mut Audit,
}

impl<B: Body> NullaryFnOnce for Settle<'_, '_, '_, B> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        Body::settle(self.body, self.now, self.fleet, self.audit);
    }
}

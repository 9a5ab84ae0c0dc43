//! Ports: the standard components through which dispatch sees an asset of any kind.
//!
//! A kind's room spawns an entity with an [`Asset`] and one of [`Generator`], [`Demand`] or
//! [`Store`]; dispatch, ledger and recorder know these and no kind.

use bevy_ecs::prelude::*;

use crate::lanes::Lanes;
use crate::outage::{Hazards, Outage};
use crate::series::Series;
use crate::streams::StreamKey;

/// Who an entity is, and how much of it is up.
#[derive(Component, Debug)]
pub struct Asset {
    /// Unique name.
    pub name: String,
    /// Index of its bus.
    pub bus: usize,
    /// Place in the order of (table, name): the address of transitions.
    pub slot: usize,
}

/// How many units' worth of power is up, per lane: `count` less what is out or derated.
#[derive(Component, Debug)]
pub struct UnitsUp(pub Lanes);

/// Outages of an asset's units, driven on the block clock.
#[derive(Component, Debug)]
pub struct OutageProcess {
    /// The chain of one unit.
    pub chain: Outage,
    /// The chain as hazards.
    pub(crate) hazards: Hazards,
    /// One stream per unit: stays up and down.
    pub keys: Vec<StreamKey>,
    /// One stream per unit: into which state it falls, where there is a choice.
    pub destinations: Vec<StreamKey>,
    /// One clock per unit.
    pub units: Vec<UnitClock>,
    /// How many units are in each state (0 = up), per lane.
    pub in_state: Vec<Lanes<u32>>,
}

/// Where one unit stands in its chain, per lane.
#[derive(Clone, Debug, Default)]
pub struct UnitClock {
    /// The step at which it next changes state.
    pub next: Lanes<u32>,
    /// How long the coming repair takes, drawn together with the stay before it.
    pub repair: Lanes<u32>,
    /// Number of the current cycle of one stay up and one stay down.
    pub cycle: Lanes<u32>,
    /// The state that ends the current stay up, or the state it is in.
    pub falls_to: Lanes<u8>,
    /// Lanes in which it is up.
    pub up: u64,
}

/// Gives power up to a limit that is known before the dispatch.
#[derive(Component, Debug)]
pub struct Generator {
    /// Power of one unit that is up, MW.
    pub p_max_mw: Series,
    /// Nominal power of all units, MW.
    pub p_nom_mw: f64,
    /// Money per MWh.
    pub marginal_cost_per_mwh: f64,
    /// Whether it runs before all others and what nobody needs is curtailed.
    pub must_take: bool,
    /// Power that could be given in this step, MW.
    pub available_mw: Lanes,
    /// The most that all units together can give in any step, MW.
    pub greatest_mw: f64,
    /// Power given since the horizon's start, in MW times steps.
    pub given: Lanes,
    /// Power curtailed since the horizon's start (must-take only), in MW times steps.
    pub curtailed: Lanes,
}

/// A share of a load that is shed together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    /// Share of the load's power, 0-1.
    pub share_pu: f64,
    /// Value of lost load, money per MWh. Cheaper tiers are shed first, over all loads.
    pub voll_per_mwh: f64,
    /// Whether shedding it counts as unserved energy.
    pub firm: bool,
}

/// Takes power.
#[derive(Component, Debug)]
pub struct Demand {
    /// Withdrawal of one unit, MW.
    pub p_mw: Series,
    /// Greatest withdrawal of all units in any step, MW.
    pub peak_mw: f64,
    /// Shed order.
    pub tiers: Vec<Tier>,
    /// Withdrawal wanted in this step, MW.
    pub wanted_mw: Lanes,
    /// Wanted since the horizon's start, in MW times steps.
    pub wanted: Lanes,
    /// Not served since the horizon's start, in MW times steps.
    pub shed: Lanes,
}

/// Moves energy through time.
#[derive(Component, Debug)]
pub struct Store {
    /// Power limit at the bus, MW.
    pub p_nom_mw: f64,
    /// Nominal energy, MWh.
    pub e_nom_mwh: f64,
    /// Lowest energy that discharging leaves, MWh.
    pub e_min_mwh: f64,
    /// Highest energy that charging reaches, MWh.
    pub e_max_mwh: f64,
    /// Energy at step 0, MWh.
    pub e_initial_mwh: f64,
    /// Stored per withdrawn.
    pub efficiency_store: f64,
    /// Injected per taken out.
    pub efficiency_dispatch: f64,
    /// Share of stored energy kept over one step.
    pub kept_per_step: f64,
    /// Money per MWh discharged.
    pub marginal_cost_per_mwh: f64,
    /// Stored energy, MWh.
    pub e_mwh: Lanes,
    /// Lanes in which it is below `e_max_mwh`.
    pub not_full: u64,
    /// Power that it could inject in the step to come, MW.
    pub deliverable_mw: Lanes,
    /// Injection (discharge, positive) or withdrawal (charge, negative) in this step, MW.
    pub p_mw: Lanes,
    /// Injection since the horizon's start, in MW times steps.
    pub discharged: Lanes,
    /// Withdrawal since the horizon's start, in MW times steps.
    pub charged: Lanes,
}

impl Generator {
    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        self.given = Lanes::default();
        self.curtailed = Lanes::default();
    }

    /// A generator of `count` units, each of `p_nom_mw` and able to give `p_max_mw`.
    pub(crate) fn new(p_max_mw: &Series, p_nom_mw: f64, count: u32, marginal_cost_per_mwh: f64) -> Self {
        Self {
            greatest_mw: p_max_mw.greatest() * f64::from(count),
            p_max_mw: p_max_mw.clone(),
            p_nom_mw: p_nom_mw * f64::from(count),
            marginal_cost_per_mwh,
            must_take: false,
            available_mw: Lanes::default(),
            given: Lanes::default(),
            curtailed: Lanes::default(),
        }
    }

    /// The same, running before all others.
    pub(crate) fn must_take(self) -> Self {
        Self { must_take: true, ..self }
    }
}

impl Demand {
    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        self.wanted = Lanes::default();
        self.shed = Lanes::default();
    }
}

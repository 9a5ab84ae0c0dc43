//! Ports: the standard components through which dispatch sees an asset of any kind.
//!
//! A kind's room spawns an entity with an [`Asset`] and one of [`Generator`], [`Demand`], [`Store`],
//! [`Flexible`] or [`crate::branch::Branch`]; dispatch, ledger and recorder know these and no kind. A port's state may be its
//! own (a series, an outage), or driven step by step by a [`crate::body::Body`].

use bevy_ecs::prelude::*;

use crate::dispatch::commitment::{Burn, Switched};
use crate::factor::Factor;
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
    /// Money per MWh that ranks it, where it is the same in all futures.
    pub marginal_cost_per_mwh: f64,
    /// Money per MWh that it is paid; what a body counts as its cost is not in it.
    pub paid_per_mwh: f64,
    /// Whether it runs before all others and what nobody needs is curtailed.
    pub must_take: bool,
    /// Whether a body sets `available_mw` (and `floor_mw`) in every step.
    pub driven: bool,
    /// What multiplies the available power.
    pub availability: Vec<Factor>,
    /// Units that are switched on and off, where that is modelled.
    pub switched: Option<Box<Switched>>,
    /// Power that could be given in this step, MW.
    pub available_mw: Lanes,
    /// Rows that only some generators need.
    pub detail: Option<Box<Detail>>,
    /// The most that all units together can give in any step, MW.
    pub greatest_mw: f64,
    /// Power given since the horizon's start, in MW times steps.
    pub given: Lanes,
    /// Power curtailed since the horizon's start (must-take only), in MW times steps.
    pub curtailed: Lanes,
}

/// What a generator's physics, its price or flexible demand need to know of it in a step.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// Power that it must give in this step, MW: at most what is available.
    pub floor_mw: Lanes,
    /// Whether `floor_mw` is ever above 0.
    pub has_floor: bool,
    /// Power that it gives in this step, MW.
    pub p_mw: Lanes,
    /// Power that the merit order would have asked of it beyond what it had, MW.
    pub refused_mw: Lanes,
    /// Money per MWh in this step: what the merit order compares.
    pub price: Lanes,
    /// Whether `price` differs between futures or steps.
    pub priced: bool,
    /// The fuel that limits it, if it is a limited one.
    pub burn: Option<Burn>,
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
    /// Whether a body sets `wanted_mw` in every step.
    pub driven: bool,
    /// What multiplies the withdrawal.
    pub factors: Vec<Factor>,
    /// What it pays for what it gets, money per MWh.
    pub offtake_price_per_mwh: f64,
    /// Withdrawal wanted in this step, MW.
    pub wanted_mw: Lanes,
    /// Wanted since the horizon's start, in MW times steps.
    pub wanted: Lanes,
    /// Not served since the horizon's start, in MW times steps.
    pub shed: Lanes,
}

/// Takes power that nobody else needs, up to a price: an electrolyser.
#[derive(Component, Debug)]
pub struct Flexible {
    /// Nominal power, MW.
    pub p_nom_mw: f64,
    /// It runs on generation that costs less than this, money per MWh.
    pub highest_price: f64,
    /// The least at which it can run in this step, MW; below it takes `standby_mw` or nothing.
    pub p_min_mw: Lanes,
    /// The most that it could take in this step, MW.
    pub p_max_mw: Lanes,
    /// What it takes at any price while it does not run, MW.
    pub standby_mw: Lanes,
    /// What it takes in this step, MW.
    pub p_mw: Lanes,
    /// Taken since the horizon's start, in MW times steps.
    pub taken: Lanes,
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
    /// What stands between the store and its bus, where that is more than two efficiencies.
    pub conversion: Option<Box<dyn Conversion>>,
    /// Wear of discharging, money per MWh: ranks it, and is not paid.
    pub wear_per_mwh: Lanes,
    /// Stored energy, MWh.
    pub e_mwh: Lanes,
    /// Lanes in which it is below its highest energy.
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

/// Between a store and its bus: limits and losses that depend on state and power. Its standing loss
/// is the port's own.
pub trait Conversion: std::fmt::Debug + Send + Sync {
    /// Lowest and highest stored energy that moves reach in `lane`, MWh.
    fn window_mwh(&self, lane: usize) -> (f64, f64);
    /// Greatest injection over a step from `e_mwh` with `up` of the converter up, MW.
    fn deliverable_mw(&self, lane: usize, e_mwh: f64, up: f64) -> f64;
    /// The same in every lane, `up` of the converter up in each.
    fn deliverable_row(&self, e_mwh: &Lanes, up: &Lanes, out: &mut Lanes);
    /// Greatest withdrawal over a step, MW.
    fn chargeable_mw(&self, lane: usize, e_mwh: f64, up: f64) -> f64;
    /// What becomes of `request_mw` at the bus (injection positive) over a step: the power that the
    /// bus sees, and the change of the energy stored, MWh.
    fn exchange(&self, lane: usize, request_mw: f64, e_mwh: f64) -> (f64, f64);
    /// Takes note of the store's health: capacity and resistance against new.
    fn age(&mut self, capacity_pu: &Lanes, resistance_pu: &Lanes);
}

impl Generator {
    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        self.given = Lanes::default();
        self.curtailed = Lanes::default();
        if let Some(switched) = &mut self.switched {
            switched.running.restart();
        }
    }

    /// A generator of `count` units, each of `p_nom_mw` and able to give `p_max_mw`.
    pub(crate) fn new(p_max_mw: &Series, p_nom_mw: f64, count: u32, marginal_cost_per_mwh: f64) -> Self {
        Self {
            greatest_mw: p_max_mw.greatest() * f64::from(count),
            p_max_mw: p_max_mw.clone(),
            p_nom_mw: p_nom_mw * f64::from(count),
            marginal_cost_per_mwh,
            paid_per_mwh: marginal_cost_per_mwh,
            must_take: false,
            driven: false,
            availability: Vec::new(),
            switched: None,
            available_mw: Lanes::default(),
            detail: None,
            given: Lanes::default(),
            curtailed: Lanes::default(),
        }
    }

    /// One whose power a body sets step by step, at most `greatest_mw`.
    pub(crate) fn driven(p_nom_mw: f64, greatest_mw: f64, marginal_cost_per_mwh: f64) -> Self {
        let series = Series::Constant(greatest_mw);
        Self { p_nom_mw, driven: true, ..Self::new(&series, greatest_mw, 1, marginal_cost_per_mwh) }
    }

    /// The same, running before all others.
    pub(crate) fn must_take(self) -> Self {
        Self { must_take: true, ..self }
    }

    /// Keeps its power in each step for whoever asks.
    pub(crate) fn keep_detail(&mut self) -> &mut Detail {
        let price = Lanes::splat(self.marginal_cost_per_mwh);
        self.detail.get_or_insert_with(|| Box::new(Detail { price, ..Detail::default() }))
    }

    /// Whether its power must be worked out in every step: neither driven nor standing. What is
    /// switched, or limited by its fuel, is cut down from it anew each time.
    pub(crate) fn moves(&self) -> bool {
        let limited = self.switched.is_some() || self.detail.as_ref().is_some_and(|detail| detail.burn.is_some());
        let stands = matches!(self.p_max_mw, Series::Constant(_)) && self.availability.is_empty() && !limited;
        !self.driven && !stands
    }

    /// Power given in this step, MW; 0 where nobody asked for detail.
    pub(crate) fn p_mw(&self, lane: usize) -> f64 {
        self.detail.as_ref().map_or(0.0, |detail| detail.p_mw[lane])
    }
}

impl Demand {
    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        self.wanted = Lanes::default();
        self.shed = Lanes::default();
    }

    /// A demand of `count` units of `p_mw`.
    pub(crate) fn new(p_mw: &Series, count: u32, tiers: &[Tier]) -> Self {
        Self {
            p_mw: p_mw.clone(),
            peak_mw: p_mw.greatest() * f64::from(count),
            tiers: tiers.to_vec(),
            driven: false,
            factors: Vec::new(),
            offtake_price_per_mwh: 0.0,
            wanted_mw: Lanes::default(),
            wanted: Lanes::default(),
            shed: Lanes::default(),
        }
    }
}

impl Flexible {
    /// One of `p_nom_mw` that runs below `highest_price`.
    pub(crate) fn new(p_nom_mw: f64, highest_price: f64) -> Self {
        Self {
            p_nom_mw,
            highest_price,
            p_min_mw: Lanes::default(),
            p_max_mw: Lanes::default(),
            standby_mw: Lanes::default(),
            p_mw: Lanes::default(),
            taken: Lanes::default(),
        }
    }

    /// Back to the horizon's start.
    pub(crate) fn restart(&mut self) {
        self.p_mw = Lanes::default();
        self.taken = Lanes::default();
    }
}

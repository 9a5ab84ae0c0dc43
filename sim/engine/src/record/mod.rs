//! The recorder: what is counted while futures run, after PRAS in triples of a spec (what to
//! keep), an accumulator (merges exactly) and a result.
//!
//! Nothing here decides anything, and nothing is stored per replica.

mod books;
pub(crate) mod estimate;
mod layout;
pub mod metrics;
mod moments;
mod result;
mod shortfall;
mod tail;
mod tally;
mod timeline;

use bevy_ecs::prelude::*;

pub use estimate::{difference, never_seen, normal};
pub use layout::Layout;
pub(crate) use layout::{Listed, Port};
pub use result::{Estimate, Histogram, Results, Timeline, TimelineRow};
pub use tally::{Controls, Tally};
pub(crate) use timeline::TimelineTally;

use crate::body::Total;
use crate::clock::{Clock, Stamp};
use crate::dispatch::SHORTFALL_TOLERANCE_MW;
use crate::group::Group;
use crate::lanes::Lanes;
use crate::plate::{Balance, Plate};
use crate::processes::Processes;
use crate::rows;
use books::{Books, scaled};
use metrics::{Column, Quantity, Scope};
use shortfall::Shortfall;

/// One number per column and replica of a group.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Columns in the layout's order; lane `i` is the group's replica `i`.
    pub columns: Vec<Lanes>,
}

/// Hours of the horizon in each month and in each hour of the day.
#[derive(Clone, Debug, Default)]
struct CalendarHours {
    by_month: [f64; 12],
    by_hour: [f64; 24],
}

impl CalendarHours {
    fn of(clock: &Clock) -> Self {
        let mut hours = Self::default();
        for stamp in clock.stamps.iter() {
            hours.by_month[usize::from(stamp.month)] += 1.0;
            hours.by_hour[usize::from(stamp.hour)] += 1.0;
        }
        hours.by_month.iter_mut().chain(&mut hours.by_hour).for_each(|steps| *steps *= clock.step_h);
        hours
    }
}

/// Counts per lane of the running group.
#[derive(Resource, Debug)]
pub(crate) struct Recorder {
    clock: Clock,
    hours: CalendarHours,
    system: Shortfall,
    buses: Vec<Shortfall>,
    /// By bus, price times steps; empty without a network.
    prices: Vec<Lanes>,
    /// Short steps and unserved MW times steps by month and by hour, per lane.
    by_month: Vec<[Lanes; 2]>,
    by_hour: Vec<[Lanes; 2]>,
    steps_without_storage: Lanes,
    unserved_without_storage: Lanes,
    /// Given although nobody could take it, in MW times steps.
    excess: Lanes,
    /// Value of shed load so far, money per hour times steps.
    pub lost_load_value: Lanes,
    /// Firm shortage of each bus in the lane and step at hand, MW.
    pub bus_short_mw: Vec<f64>,
    timeline: TimelineTally,
}

impl Recorder {
    pub fn new(clock: Clock, buses: usize, networked: bool, timeline: TimelineTally) -> Self {
        let hours = CalendarHours::of(&clock);
        Self::at_start(clock, hours, buses, networked, timeline)
    }

    fn at_start(clock: Clock, hours: CalendarHours, buses: usize, networked: bool, timeline: TimelineTally) -> Self {
        let zero = [Lanes::default(); 2];
        Self {
            clock,
            hours,
            system: Shortfall::default(),
            buses: vec![Shortfall::default(); buses],
            prices: vec![Lanes::default(); if networked { buses } else { 0 }],
            by_month: vec![zero; 12],
            by_hour: vec![zero; 24],
            steps_without_storage: Lanes::default(),
            unserved_without_storage: Lanes::default(),
            excess: Lanes::default(),
            lost_load_value: Lanes::default(),
            bus_short_mw: vec![0.0; buses],
            timeline,
        }
    }

    /// Back to the horizon's start. The timeline goes on: it belongs to the batch.
    pub fn restart(&mut self) {
        let timeline = std::mem::take(&mut self.timeline);
        let (buses, networked) = (self.buses.len(), !self.prices.is_empty());
        *self = Self::at_start(self.clock.clone(), self.hours.clone(), buses, networked, timeline);
    }

    /// Swaps the batch's timeline in or out.
    pub fn swap_timeline(&mut self, timeline: &mut TimelineTally) {
        std::mem::swap(&mut self.timeline, timeline);
    }

    /// Record: what is counted in every step.
    #[inline(always)]
    pub fn step(&mut self, step: usize, plate: &Plate<'_>, balance: &Balance, group: &Group) {
        self.timeline.step(step, plate, balance, group.first_replica, group.active);
        if plate.has_floors {
            rows::add(&mut self.excess, &balance.excess_mw);
        }
    }

    /// Prices of a step at the electric bus `bus`.
    #[inline(always)]
    pub fn price(&mut self, bus: usize, price: &Lanes) {
        rows::add(&mut self.prices[bus], price);
    }

    /// A step in which some load goes without in some lane.
    pub fn unserved(&mut self, step: usize, unserved_mw: &Lanes, active: usize) {
        self.timeline.unserved(step, unserved_mw, active);
    }

    /// Firm load goes without in one lane; `bus_short_mw` says where. Energy counts from the first
    /// watt, a step as short beyond the tolerance. What is not electric counts at its bus alone.
    pub fn shortfall(&mut self, step: usize, lane: usize, firm_mw: f64, electric: bool) {
        let Stamp { day, month, hour } = self.clock.stamps[step];
        #[expect(clippy::cast_possible_truncation, reason = "a horizon has fewer than 2^32 steps")]
        let step = step as u32;
        let short = firm_mw > SHORTFALL_TOLERANCE_MW;
        if electric {
            self.system.add(lane, step, day, firm_mw, short);
            for counts in [&mut self.by_month[usize::from(month)], &mut self.by_hour[usize::from(hour)]] {
                counts[0][lane] += f64::from(u8::from(short));
                counts[1][lane] += firm_mw;
            }
        }
        for (bus, short_mw) in self.buses.iter_mut().zip(&self.bus_short_mw) {
            if *short_mw > 0.0 {
                bus.add(lane, step, day, *short_mw, short);
            }
        }
    }

    /// A step that would have been short without storage.
    pub fn shortfall_without_storage(&mut self, lane: usize, firm_mw: f64) {
        self.steps_without_storage[lane] += 1.0;
        self.unserved_without_storage[lane] += firm_mw;
    }

    /// Hands every column of the group to `emit(column, bound, lanes)`, in a fixed order. The same
    /// walk makes the layout, so the two cannot differ.
    pub fn emit(&self, assets: &[Listed<'_>], emit: &mut dyn FnMut(Column, f64, Lanes)) {
        let books = Books { step_h: self.clock.step_h, horizon_h: self.clock.horizon_h(), assets };
        let demand_bound = books.demand_bound(None);
        self.emit_scope(&self.system, Scope::System, &books, emit);
        let system = |quantity| Column { scope: Scope::System, quantity };
        emit(system(Quantity::Cost), books.cost_bound(), books.cost());
        let value_bound = books.lost_load_bound();
        emit(system(Quantity::LostLoadCost), value_bound, scaled(&self.lost_load_value, books.step_h));
        if books.has(Total::Emissions) {
            let (lanes, bound) = books.total(Total::Emissions);
            emit(system(Quantity::Emissions), bound, lanes);
        }
        if books.has_floors() {
            emit(system(Quantity::Excess), books.greatest_mwh(), scaled(&self.excess, books.step_h));
        }
        // Without a network alone: a network's step is not solved a second time without its storage.
        if self.prices.is_empty() && assets.iter().any(|a| a.electric && matches!(a.port, Port::Store(_))) {
            let steps = scaled(&self.steps_without_storage, books.step_h);
            emit(system(Quantity::LoleWithoutStorage), books.horizon_h, steps);
            let unserved = scaled(&self.unserved_without_storage, books.step_h);
            emit(system(Quantity::EueWithoutStorage), demand_bound, unserved);
        }
        for (bus, shortfall) in self.buses.iter().enumerate() {
            self.emit_scope(shortfall, Scope::Bus(bus), &books, emit);
        }
        for (bus, price) in self.prices.iter().enumerate() {
            let column = Column { scope: Scope::Bus(bus), quantity: Quantity::Price };
            emit(column, books.greatest_price() * books.horizon_h, scaled(price, books.step_h));
        }
        for (slot, asset) in assets.iter().enumerate() {
            books.emit_asset(slot, asset, emit);
        }
        self.emit_calendar(books.peak_mw(None), emit);
    }

    /// The columns of the risks among the processes, which stand behind those of [`Self::emit`].
    pub fn emit_risks(&self, processes: &Processes, emit: &mut dyn FnMut(Column, f64, Lanes)) {
        let horizon_h = self.clock.horizon_h();
        for index in 0..processes.count() {
            let Some(active) = processes.hours_active(index, self.clock.steps() - 1) else { continue };
            let events = processes.events(index).map_or_else(Lanes::default, |n| Lanes(n.map(f64::from)));
            let scope = Scope::Process(index);
            emit(Column { scope, quantity: Quantity::RiskEvents }, processes.most_events(index, horizon_h), events);
            emit(Column { scope, quantity: Quantity::RiskActive }, horizon_h, active);
        }
    }

    fn emit_scope(
        &self,
        shortfall: &Shortfall,
        scope: Scope,
        books: &Books<'_>,
        emit: &mut dyn FnMut(Column, f64, Lanes),
    ) {
        let bus = if let Scope::Bus(bus) = scope { Some(bus) } else { None };
        let (h, steps) = (books.step_h, books.horizon_h / books.step_h);
        let demand = books.demand_bound(bus);
        let peak = books.peak_mw(bus);
        let days = f64::from(self.clock.stamps.last().map_or(0, |s| s.day) + 1);
        let mut put = |quantity, bound, lanes| emit(Column { scope, quantity }, bound, lanes);
        put(Quantity::Lole, books.horizon_h, scaled(&shortfall.steps, h));
        put(Quantity::Lold, days, shortfall.days);
        put(Quantity::Lolf, steps, shortfall.events);
        put(Quantity::Eue, demand, scaled(&shortfall.unserved, h));
        put(Quantity::Depths, peak * steps, shortfall.depths_mw);
        put(Quantity::Longest, books.horizon_h, scaled(&shortfall.longest, h));
        put(Quantity::Deepest, peak, shortfall.deepest_mw);
        put(Quantity::Demand, demand, books.demand(bus));
    }

    fn emit_calendar(&self, peak_mw: f64, emit: &mut dyn FnMut(Column, f64, Lanes)) {
        let h = self.clock.step_h;
        let months = self.hours.by_month.iter().zip(&self.by_month).enumerate();
        let months = months.map(|(month, (hours, counts))| (Scope::Month(month), hours, counts));
        let hours = self.hours.by_hour.iter().zip(&self.by_hour).enumerate();
        let hours = hours.map(|(hour, (hours, counts))| (Scope::Hour(hour), hours, counts));
        for (scope, bound_h, [steps, unserved]) in months.chain(hours) {
            emit(Column { scope, quantity: Quantity::Lole }, *bound_h, scaled(steps, h));
            emit(Column { scope, quantity: Quantity::Eue }, peak_mw * bound_h, scaled(unserved, h));
        }
    }
}

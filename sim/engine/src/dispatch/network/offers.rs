//! What every port offers the network in one lane: a range of power at a price.
//!
//! The rules of the copper plate, said in prices. Must-take generation costs 0 at most. Storage that
//! stands by for deficits gives at a price above all generation and charges at one just below it;
//! storage in the merit order gives at its own price and charges from what nobody else can take.
//! Flexible demand runs at its price, within its window, or stands by at any. Units that commitment left
//! off are started where else load would be shed or a store emptied. Stores rank by time-to-go, as they
//! do without a network. Firm load is shed last of all, at its
//! value of lost load; values that are not clearly above what generation costs are lifted above it, for
//! load is shed for want of power, never to save fuel.

use super::Zones;
use crate::dispatch::{commitment, merit, storage};
use crate::model::{ChargeFrom, DischargeFor};
use crate::plate::Plate;

/// Powers that differ by less are the same, MW.
const SAME_MW: f64 = 1e-9;

/// A difference of price that only ranks, money per MWh.
const RANK: f64 = 1e-4;

/// By how much must-take generation comes before everything else where stores look for it, money per MWh.
pub(super) const BEFORE_ALL: f64 = 1e-3;

/// Who stands behind an offer, by place on the plate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Generator(usize),
    /// Units of a generator that are off.
    Start(usize),
    Discharge(usize),
    Charge(usize),
    Flexible(usize),
    /// A tier of a load, by place in both.
    Tier(usize, usize),
    /// What must be given although nobody can take it.
    Spill,
}

/// Everybody who offers anything, in a fixed order, with their zones.
pub(super) fn everybody(plate: &Plate<'_>, zones: &Zones) -> (Vec<Who>, Vec<usize>) {
    let mut who = Vec::new();
    let mut push = |one: Who, bus: usize| who.push((one, zones.of_bus(bus)));
    for (at, bus) in plate.generators.buses.iter().enumerate() {
        push(Who::Generator(at), *bus);
        if plate.generators.ports[at].switched.is_some() {
            push(Who::Start(at), *bus);
        }
    }
    for (at, bus) in plate.stores.buses.iter().enumerate() {
        push(Who::Discharge(at), *bus);
        push(Who::Charge(at), *bus);
    }
    for (at, bus) in plate.flexible.buses.iter().enumerate() {
        push(Who::Flexible(at), *bus);
    }
    // Of equal offers the kernel takes the first: what is not firm goes without before what is.
    for firm in [false, true] {
        for (at, bus) in plate.loads.buses.iter().enumerate() {
            let tiers = plate.loads.ports[at].tiers.iter().enumerate().filter(|(_, tier)| tier.firm == firm);
            tiers.for_each(|(tier, _)| push(Who::Tier(at, tier), *bus));
        }
    }
    // Each zone once, where something must run.
    let mut musts: Vec<usize> = Vec::new();
    for (generator, bus) in plate.generators.ports.iter().zip(&plate.generators.buses) {
        let must = generator.detail.as_ref().is_some_and(|detail| detail.has_floor);
        if must && !musts.contains(&zones.of_bus(*bus)) {
            musts.push(zones.of_bus(*bus));
            push(Who::Spill, *bus);
        }
    }
    who.into_iter().unzip()
}

/// The offers of one lane, a row per resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Offers {
    pub lower_mw: Vec<f64>,
    pub upper_mw: Vec<f64>,
    pub price: Vec<f64>,
    /// Prices without what only ranks, for the last solve.
    plain_price: Vec<f64>,
    /// Between generation and lost load, and what was added to the latter.
    levels: Levels,
}

/// Prices of a lane that follow from its dearest generation and its cheapest load.
#[derive(Clone, Copy, Debug, Default)]
struct Levels {
    /// The cheapest of all, and 0 at most: must-take generation comes first.
    free: f64,
    /// By how much must-take generation is cheaper still where stores charge from it alone.
    apart: f64,
    /// What scarce power is worth at least: the dearest generation.
    scarce: f64,
    /// Above what any generation costs where it arrives, and below every value of lost load.
    top: f64,
    /// The least value of lost load that means something.
    least: f64,
    /// What stands in for values that do not.
    lift: f64,
}

impl Levels {
    fn of(plate: &Plate<'_>, lane: usize, rules: storage::Rules) -> Self {
        let free = plate.generators.ports.iter().map(|g| merit::price(g, lane)).fold(0.0, f64::min);
        let from_must_take = rules.charge_from == ChargeFrom::MustTake && !plate.stores.is_empty();
        let apart = if from_must_take { BEFORE_ALL } else { 0.0 };
        let generators = plate.generators.ports.iter().map(|g| merit::price(g, lane));
        let stores = plate.stores.ports.iter().map(|s| s.marginal_cost_per_mwh + s.wear_per_mwh[lane]);
        let flexible = plate.flexible.ports.iter().map(|f| f.highest_price);
        let links = plate.branches.ports.iter().map(|b| b.marginal_cost_per_mwh).fold(0.0, f64::max);
        let dearest = generators.chain(stores).chain(flexible).fold(0.0, f64::max) + links;
        // A value means something where it is clearly above what generation costs.
        let least = 2.0 * dearest + 10.0;
        let tiers = plate.loads.ports.iter().flat_map(|load| &load.tiers).map(|tier| tier.voll_per_mwh);
        let cheapest = tiers.filter(|voll| *voll > least).fold(f64::INFINITY, f64::min);
        if cheapest.is_finite() {
            // Far from both: in a mesh a MW may arrive at a multiple of what it costs to make.
            let top = dearest + 0.1 * (cheapest - dearest);
            let lift = top + 2.0 + 0.9 * (cheapest - top - 2.0);
            return Self { free, apart, least, scarce: dearest, top, lift };
        }
        let top = 100.0 * (dearest + 1.0);
        Self { free, apart, least, scarce: dearest, top, lift: 10.0 * top }
    }

    /// At which price a tier is shed: its value, or, where that means nothing, between storage and the
    /// cheapest value that does; in the order of values all the same.
    fn shed(self, voll: f64) -> f64 {
        if voll > self.least { voll } else { self.lift + 1e-3 * voll }
    }

    /// What scarce power is worth to a tier: its value, and what the dearest generation costs at least.
    /// Generation stands first among equals.
    fn worth(self, voll: f64) -> f64 {
        voll.max(self.scarce)
    }

    /// Standby power is drawn at any price of generation, and from no store.
    fn standby(self) -> f64 {
        self.top + 0.5
    }

    /// Units are started rather than stores emptied.
    fn start(self) -> f64 {
        self.top + 0.75
    }

    /// Stores that stand by for deficits give last.
    fn deficit(self) -> f64 {
        self.top + 1.0
    }
}

impl Offers {
    /// Fills the rows for `lane`, whose stores stand as before the step.
    pub fn fill(&mut self, plate: &Plate<'_>, who: &[Who], lane: usize, rules: storage::Rules, step_h: f64) {
        self.levels = Levels::of(plate, lane, rules);
        let ranks = storage::ranks(plate, lane);
        self.lower_mw.clear();
        self.upper_mw.clear();
        self.price.clear();
        self.plain_price.clear();
        for one in who {
            let (lower, upper, price) = offer(plate, *one, lane, rules, step_h, self.levels, &ranks);
            self.plain_price.push(match *one {
                Who::Generator(at) if at < plate.must_take => self.levels.free,
                // Nobody wins by it, and what need not be given is not given.
                Who::Spill => self.levels.free - RANK,
                Who::Tier(load, tier) => self.levels.worth(plate.loads.ports[load].tiers[tier].voll_per_mwh),
                _ => price,
            });
            self.lower_mw.push(lower);
            self.upper_mw.push(upper);
            self.price.push(price);
        }
    }

    /// Settles resource `at` on `mw`.
    fn settle(&mut self, at: usize, mw: f64) {
        (self.lower_mw[at], self.upper_mw[at]) = (mw, mw);
    }

    /// Holds what the kernel has asked of everybody against what they can do, of which ranges and prices
    /// say only the outline: a converter that does not move for so little, an electrolyser below its
    /// least power. Says whether an offer had to change; each changes twice at most.
    pub fn narrow(&mut self, plate: &mut Plate<'_>, who: &[Who], p_mw: &[f64], lane: usize) -> bool {
        let mut narrowed = false;
        for (at, (one, mw)) in who.iter().zip(p_mw).enumerate() {
            if self.lower_mw[at].total_cmp(&self.upper_mw[at]).is_eq() {
                continue;
            }
            match *one {
                Who::Discharge(store) | Who::Charge(store) => {
                    let moved = plate.stores.ports[store].moved_mw(lane, *mw);
                    if (moved - mw).abs() > SAME_MW {
                        self.settle(at, moved);
                        narrowed = true;
                    }
                }
                Who::Start(generator) if *mw > SAME_MW => {
                    let units = plate.generators.units[generator][lane];
                    commitment::start(plate.generators.ports[generator], units, lane, *mw);
                    // Its generator stands before it.
                    self.settle(at, 0.0);
                    (self.lower_mw[at - 1], self.upper_mw[at - 1]) = range(plate, generator, lane);
                    narrowed = true;
                }
                Who::Flexible(flexible) => narrowed |= self.step_down(plate, flexible, (at, *mw), lane),
                Who::Generator(_) | Who::Start(_) | Who::Tier(..) | Who::Spill => {}
            }
        }
        narrowed
    }

    /// Holds storage and flexible demand at what they are to do, and puts plain prices in place of those
    /// that rank: generation and load alone set prices. Says whether anything changed; then
    /// [`Self::rank_again`] undoes it.
    pub fn hold(&mut self, who: &[Who], p_mw: &[f64]) -> bool {
        let mut changed = self.price != self.plain_price;
        for (at, (one, mw)) in who.iter().zip(p_mw).enumerate() {
            if matches!(one, Who::Discharge(_) | Who::Charge(_) | Who::Flexible(_) | Who::Start(_)) {
                changed |= self.lower_mw[at] < self.upper_mw[at];
                self.settle(at, *mw);
            }
        }
        if changed {
            std::mem::swap(&mut self.price, &mut self.plain_price);
        }
        changed
    }

    /// Prices that rank, once more; who was held stays so.
    pub fn rank_again(&mut self) {
        std::mem::swap(&mut self.price, &mut self.plain_price);
    }

    /// The price of a bus as it is told: without the rank of what must be given away.
    pub fn told(&self, price: f64) -> f64 {
        let free = self.levels.free;
        if (price - free).abs() <= 2.0 * RANK { free } else { price }
    }

    /// From running to standby, from standby to nothing, where there is not enough for it.
    fn step_down(&mut self, plate: &Plate<'_>, flexible: usize, (at, mw): (usize, f64), lane: usize) -> bool {
        let flexible = &plate.flexible.ports[flexible];
        let (taken, least, standby) = (-mw, flexible.p_min_mw[lane], flexible.standby_mw[lane]);
        let at_standby = self.price[at] > flexible.highest_price;
        if at_standby {
            let enough = taken >= standby - SAME_MW;
            self.settle(at, if enough { -standby } else { 0.0 });
            return !enough;
        }
        let runs = taken >= least - SAME_MW && taken > SAME_MW;
        if runs {
            return false;
        }
        // What takes nothing and has no standby stays as it is.
        if standby <= 0.0 {
            self.settle(at, 0.0);
            return taken > SAME_MW;
        }
        (self.lower_mw[at], self.price[at]) = (-standby, self.levels.standby());
        true
    }
}

/// Least and greatest power, MW, and money per MWh, of one resource.
fn offer(
    plate: &Plate<'_>,
    who: Who,
    lane: usize,
    rules: storage::Rules,
    step_h: f64,
    levels: Levels,
    ranks: &[usize],
) -> (f64, f64, f64) {
    match who {
        Who::Generator(at) => {
            let generator = &plate.generators.ports[at];
            let (floor, most) = range(plate, at, lane);
            let first = levels.free - levels.apart;
            (floor, most, if at < plate.must_take { first } else { merit::price(generator, lane) })
        }
        Who::Start(at) => (0.0, commitment::startable_mw(plate.generators.ports[at], lane), levels.start()),
        Who::Discharge(at) => {
            let store = &plate.stores.ports[at];
            let price = match rules.discharge_for {
                DischargeFor::Deficit => levels.deficit(),
                // Above what any store charges at, or one would charge another.
                DischargeFor::MeritOrder => (store.marginal_cost_per_mwh + store.wear_per_mwh[lane]).max(levels.free),
            };
            (0.0, store.deliverable_mw[lane].max(0.0), price + rank_of(at, ranks))
        }
        Who::Charge(at) => {
            let most = plate.stores.ports[at].chargeable_mw(lane, plate.stores.units[at][lane], step_h);
            let price = match rules.charge_from {
                ChargeFrom::Headroom => levels.top,
                // Between must-take generation and everything else.
                ChargeFrom::MustTake => levels.free - levels.apart / 2.0,
            };
            (-most.max(0.0), 0.0, price + rank_of(at, ranks))
        }
        Who::Flexible(at) => {
            let flexible = &plate.flexible.ports[at];
            let (most, standby) = (flexible.p_max_mw[lane], flexible.standby_mw[lane]);
            // Whoever cannot run stands by.
            if most > 0.0 { (-most, 0.0, flexible.highest_price) } else { (-standby, 0.0, levels.standby()) }
        }
        Who::Tier(at, tier) => {
            let load = &plate.loads.ports[at];
            let tier = &load.tiers[tier];
            (0.0, load.wanted_mw[lane] * tier.share_pu, levels.shed(tier.voll_per_mwh))
        }
        Who::Spill => (-plate.generators.ports.iter().map(|g| g.greatest_mw).sum::<f64>(), 0.0, -levels.top),
    }
}

/// What a generator must and could give, MW.
fn range(plate: &Plate<'_>, generator: usize, lane: usize) -> (f64, f64) {
    let generator = &plate.generators.ports[generator];
    let floor = generator.detail.as_ref().map_or(0.0, |detail| detail.floor_mw[lane]);
    (floor, generator.available_mw[lane].max(floor))
}

/// A store's place in the order of time-to-go as a price: those that could go on longest give first
/// and charge last.
#[expect(clippy::cast_precision_loss, reason = "a place in a list")]
fn rank_of(at: usize, ranks: &[usize]) -> f64 {
    RANK * ranks[at] as f64 / ranks.len() as f64
}

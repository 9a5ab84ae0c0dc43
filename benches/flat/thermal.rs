//! Thermal units of the flat loop that are switched or burn a fuel.

use energyopti_engine::assets::thermal::commitment::{Committed, RunningUnits};
use energyopti_engine::assets::thermal::heat_rate::FuelCurve;
use energyopti_engine::assets::thermal::{Start, Thermal};
use energyopti_engine::{Fuel, LANES, Lanes};

/// Units that are switched on and off: of a thermal asset, or a fuel cell's only one.
pub(super) struct Switched {
    /// Place in the merit order.
    pub at: usize,
    running: RunningUnits,
    p_min_pu: f64,
    pub p_min_mw: Lanes,
    pub decided: Committed,
    available: Lanes<u32>,
    least: Lanes<u32>,
    most: Lanes<u32>,
    wanted: Lanes<u32>,
}

impl Switched {
    pub fn new(at: usize, running: RunningUnits, p_min_pu: f64) -> Self {
        let none = Lanes::splat(0);
        Self {
            at,
            running,
            p_min_pu,
            p_min_mw: Lanes::default(),
            decided: Committed::default(),
            available: none,
            least: none,
            most: none,
            wanted: none,
        }
    }

    pub fn restart(&mut self) {
        self.running.restart();
    }

    /// How few and how many may run.
    #[inline(always)]
    pub fn bound(&mut self, up: &Lanes) {
        for lane in 0..LANES {
            self.available[lane] = (up[lane] - 1e-9).ceil().max(0.0) as u32;
        }
        self.running.bounds(&self.available, &mut self.least, &mut self.most);
    }

    /// Wants units against `need` less what cheaper storage could give; `need` falls by what they could.
    #[inline(always)]
    pub fn want(&mut self, available_mw: &Lanes, stored: &Lanes, need: &mut Lanes) {
        for lane in 0..LANES {
            let units = f64::from(self.available[lane]);
            let out = (units <= 0.0) | (available_mw[lane] <= 0.0);
            let unit_mw = available_mw[lane] / if out { 1.0 } else { units };
            let wish = ((need[lane] - stored[lane]) / if out { 1.0 } else { unit_mw } - 1e-9).ceil();
            let wish = if wish > 0.0 { wish } else { 0.0 };
            let wish = if wish < units { wish } else { units } as u32;
            let most = if self.most[lane] > self.least[lane] { self.most[lane] } else { self.least[lane] };
            let wish = if wish > self.least[lane] { wish } else { self.least[lane] };
            let wish = if wish < most { wish } else { most };
            self.wanted[lane] = if out { 0 } else { wish };
            need[lane] -= if out { 0.0 } else { f64::from(wish) * unit_mw };
        }
    }

    /// Switches; what is on limits what could be given and must be.
    #[inline(always)]
    pub fn switch(&mut self, available_mw: &mut Lanes, floor: &mut Lanes) {
        self.running.step(&self.wanted, &self.available, &mut self.decided);
        for lane in 0..LANES {
            let up = f64::from(self.available[lane]);
            let on = if up > 0.0 { f64::from(self.decided.on[lane]) / up } else { 0.0 };
            available_mw[lane] *= on;
            let (by_share, by_power) = (available_mw[lane] * self.p_min_pu, self.p_min_mw[lane] * on);
            let least = if by_share > by_power { by_share } else { by_power };
            floor[lane] = if least < available_mw[lane] { least } else { available_mw[lane] };
        }
    }
}

/// Fuel, carbon and money of an asset's units.
pub(super) struct Burner {
    pub name: String,
    /// Place in the merit order of its plate.
    pub at: usize,
    pub switched: Option<usize>,
    curve: FuelCurve,
    price: f64,
    co2: f64,
    other_cost: f64,
    start: Start,
    unit_mw: f64,
    pub fuel: Lanes,
    pub emissions: Lanes,
    pub cost: Lanes,
    pub starts: Lanes,
    pub on: Lanes,
}

/// Money per MWh of heat, carbon included.
fn heat_price(fuel: &Fuel) -> f64 {
    fuel.price_per_mwh + fuel.co2_t_per_mwh * fuel.co2_price_per_t
}

/// Money per MWh at full power: what ranks it.
pub(super) fn usual_price(asset: &Thermal, fuels: &[Fuel]) -> f64 {
    let fuel = asset.operation.burns.as_ref().map_or(0.0, |(fuel, rate)| {
        heat_price(&fuels[*fuel]) * (rate.prepared().fuel_mw(asset.p_nom_mw) / asset.p_nom_mw)
    });
    fuel + asset.marginal_cost_per_mwh
}

impl Burner {
    pub fn new(asset: &Thermal, fuels: &[Fuel], at: usize, switched: Option<usize>) -> Self {
        let (fuel, rate) = asset.operation.burns.as_ref().unwrap();
        let zero = Lanes::default();
        Self {
            name: asset.common.name.clone(),
            at,
            switched,
            curve: rate.prepared(),
            price: heat_price(&fuels[*fuel]),
            co2: fuels[*fuel].co2_t_per_mwh,
            other_cost: asset.marginal_cost_per_mwh,
            start: asset.operation.switching.map_or_else(Start::default, |switching| switching.start),
            unit_mw: asset.p_nom_mw,
            fuel: zero,
            emissions: zero,
            cost: zero,
            starts: zero,
            on: zero,
        }
    }

    pub fn restart(&mut self) {
        (self.fuel, self.emissions, self.cost, self.starts, self.on) = Default::default();
    }

    #[inline(always)]
    pub fn settle(&mut self, p_mw: &Lanes, decided: Option<&Committed>) {
        let (mut units, mut started) = (Lanes::default(), Lanes::default());
        match decided {
            Some(decided) => {
                for lane in 0..LANES {
                    units[lane] = f64::from(decided.on[lane]);
                    started[lane] = f64::from(decided.starts[lane]);
                }
            }
            None => {
                for lane in 0..LANES {
                    let needed = (p_mw[lane] / self.unit_mw - 1e-9).ceil();
                    units[lane] = if needed > 0.0 { needed } else { 0.0 };
                }
            }
        }
        for lane in 0..LANES {
            let shared = if units[lane] > 0.0 { p_mw[lane] / units[lane] } else { 0.0 };
            let fuel = started[lane] * self.start.fuel_mwh + units[lane] * self.curve.fuel_mw(shared);
            self.fuel[lane] += fuel;
            self.emissions[lane] += fuel * self.co2;
            self.cost[lane] += (fuel * self.price + p_mw[lane] * self.other_cost) + started[lane] * self.start.cost;
            self.starts[lane] += started[lane];
            self.on[lane] += units[lane];
        }
    }
}

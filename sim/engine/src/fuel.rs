//! Fuels: what they cost in each future, what they emit, and how much of them there is.

use bevy_ecs::resource::Resource;

use crate::factor::{Factor, apply_to_power, magnitude};
use crate::lanes::{LANES, Lanes};
use crate::processes::Processes;

/// A fuel.
#[derive(Clone, Debug, PartialEq)]
pub struct Fuel {
    /// Unique name.
    pub name: String,
    /// Money per MWh of heat (lower heating value).
    pub price_per_mwh: f64,
    /// Carbon dioxide, t per MWh of heat.
    pub co2_t_per_mwh: f64,
    /// Money per t of carbon dioxide.
    pub co2_price_per_t: f64,
    /// The most that all units together may burn, MW of heat.
    pub supply_mw: Option<f64>,
    /// What multiplies the price.
    pub price: Vec<Factor>,
    /// What multiplies the supply.
    pub supply: Vec<Factor>,
}

/// All fuels in one step.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct Fuels {
    fuels: Vec<Fuel>,
    /// Price with its carbon, money per MWh of heat.
    price: Vec<Lanes>,
    /// Supply, MW of heat.
    supply: Vec<Lanes>,
}

impl Fuels {
    pub fn new(fuels: &[Fuel]) -> Self {
        let rows = vec![Lanes::default(); fuels.len()];
        Self { fuels: fuels.to_vec(), price: rows.clone(), supply: rows }
    }

    /// Prices and supplies of the step.
    #[inline(always)]
    pub fn advance(&mut self, processes: &Processes) {
        for (index, fuel) in self.fuels.iter().enumerate() {
            let price = &mut self.price[index];
            *price = Lanes::splat(fuel.price_per_mwh);
            fuel.price.iter().for_each(|factor| factor.apply(processes, price));
            let carbon = fuel.co2_t_per_mwh * fuel.co2_price_per_t;
            for lane in 0..LANES {
                price[lane] += carbon;
            }
            if let Some(mw) = fuel.supply_mw {
                let supply = &mut self.supply[index];
                *supply = Lanes::splat(mw);
                apply_to_power(&fuel.supply, processes, supply);
            }
        }
    }

    /// The supplies of all fuels in this step, MW of heat; `None` where there is no limit.
    pub fn supplies(&self) -> impl Iterator<Item = Option<Lanes>> {
        self.fuels.iter().zip(&self.supply).map(|(fuel, supply)| fuel.supply_mw.map(|_| *supply))
    }

    /// A fuel's fixed data.
    #[inline(always)]
    pub fn get(&self, index: usize) -> &Fuel {
        &self.fuels[index]
    }

    /// Price with its carbon, money per MWh of heat.
    #[inline(always)]
    pub fn price(&self, index: usize) -> &Lanes {
        &self.price[index]
    }

    /// Whether the price differs between futures or steps.
    pub fn is_priced(&self, index: usize) -> bool {
        !self.fuels[index].price.is_empty()
    }

    /// The most that the price, with its carbon, can be.
    pub fn greatest_price(&self, index: usize, processes: &Processes) -> f64 {
        let fuel = &self.fuels[index];
        let factors = magnitude(&fuel.price, processes);
        fuel.price_per_mwh.abs() * factors + (fuel.co2_t_per_mwh * fuel.co2_price_per_t).abs()
    }
}

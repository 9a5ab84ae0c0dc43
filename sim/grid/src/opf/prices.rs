//! Nodal prices and how they divide: energy and congestion. Losses are not modelled in a DC network,
//! so there is no third part.

use super::angles::Angles;
use super::dispatch::Dispatch;
use super::model::Model;
use super::period::Cut;
use serde::Serialize;

/// What the energy part of a price refers to. The split, not the price, depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceReference {
    /// Energy is the mean price of the island's loads, weighted by their MW (by none: of its buses).
    #[default]
    LoadWeighted,
    /// Energy is the price at the island's slack bus.
    Slack,
}

/// `lambda_island + sum_cuts price dflow/dinjection` per bus, currency per hour and pu.
pub(super) fn at_buses(model: &Model, angles: &mut Angles, cuts: &[Cut], found: &Dispatch) -> Vec<f64> {
    let prices = found.cuts.iter().map(|&(cut, price)| (cuts[cut].line, price)).filter(|p| p.1 != 0.0);
    let mut at = angles.weighted_rows(model, prices);
    at.iter_mut().zip(&model.island).for_each(|(price, &island)| *price += found.energy[island]);
    at
}

/// Energy part of each island's prices.
pub(super) fn energy_of_islands(model: &Model, at: &[f64], reference: PriceReference) -> Vec<f64> {
    if reference == PriceReference::Slack {
        return model.reference.iter().map(|&bus| at[bus]).collect();
    }
    let islands = model.reference.len();
    let (mut sum, mut weight) = (vec![0.0; islands], vec![0.0; islands]);
    let (mut plain, mut buses) = (vec![0.0; islands], vec![0.0; islands]);
    for (bus, &island) in model.island.iter().enumerate() {
        let load = model.demand[bus].max(0.0);
        sum[island] += load * at[bus];
        weight[island] += load;
        plain[island] += at[bus];
        buses[island] += 1.0;
    }
    let mean = |i: usize| if weight[i] > 0.0 { sum[i] / weight[i] } else { plain[i] / buses[i] };
    (0..islands).map(mean).collect()
}

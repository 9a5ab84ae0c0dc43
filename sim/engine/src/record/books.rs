//! What the assets' counters add up to at the horizon's end, and the most they could.

use super::layout::{Listed, Port};
use super::metrics::{Column, Quantity, Scope};
use crate::lanes::{LANES, Lanes};
use crate::ports::Demand;

/// The assets of a group whose horizon has ended.
pub(crate) struct Books<'a> {
    pub step_h: f64,
    pub horizon_h: f64,
    pub assets: &'a [Listed<'a>],
}

impl Books<'_> {
    fn demands(&self, bus: Option<usize>) -> impl Iterator<Item = &Demand> {
        self.assets.iter().filter(move |a| bus.is_none_or(|bus| bus == a.bus)).filter_map(|a| match a.port {
            Port::Demand(demand) => Some(demand),
            _ => None,
        })
    }

    /// Greatest load at a bus (or in all), MW: the sum of the loads' peaks.
    pub fn peak_mw(&self, bus: Option<usize>) -> f64 {
        self.demands(bus).map(|d| d.peak_mw).sum()
    }

    /// Greatest energy that loads at a bus (or all) can want, MWh.
    pub fn demand_bound(&self, bus: Option<usize>) -> f64 {
        self.peak_mw(bus) * self.horizon_h
    }

    /// Energy wanted at a bus (or in all), MWh.
    pub fn demand(&self, bus: Option<usize>) -> Lanes {
        let mut sum = Lanes::default();
        for demand in self.demands(bus) {
            add_scaled(&mut sum, &demand.wanted, self.step_h);
        }
        sum
    }

    /// Money for energy, marginal cost times energy.
    pub fn cost(&self) -> Lanes {
        let mut sum = Lanes::default();
        for asset in self.assets {
            match asset.port {
                Port::Generator(g) => add_scaled(&mut sum, &g.given, g.marginal_cost_per_mwh * self.step_h),
                Port::Store(s) => add_scaled(&mut sum, &s.discharged, s.marginal_cost_per_mwh * self.step_h),
                Port::Demand(_) => {}
            }
        }
        sum
    }

    /// The greatest cost that the assets' sizes allow.
    pub fn cost_bound(&self) -> f64 {
        let per_h = self.assets.iter().map(|a| match a.port {
            Port::Generator(g) => g.greatest_mw * g.marginal_cost_per_mwh.abs(),
            Port::Store(s) => s.p_nom_mw * s.marginal_cost_per_mwh.abs(),
            Port::Demand(_) => 0.0,
        });
        per_h.sum::<f64>() * self.horizon_h
    }

    /// The value of all load, were all of it lost.
    pub fn lost_load_bound(&self) -> f64 {
        let dearest = |d: &Demand| d.tiers.iter().map(|t| t.voll_per_mwh).fold(0.0, f64::max);
        self.demands(None).map(|d| d.peak_mw * dearest(d)).sum::<f64>() * self.horizon_h
    }

    /// The columns of one asset.
    pub fn emit_asset(&self, slot: usize, port: &Port<'_>, emit: &mut dyn FnMut(Column, f64, Lanes)) {
        let mut put = |quantity, bound_mw: f64, lanes: &Lanes| {
            let column = Column { scope: Scope::Asset(slot), quantity };
            emit(column, bound_mw * self.horizon_h, scaled(lanes, self.step_h));
        };
        match port {
            Port::Generator(g) => {
                put(Quantity::Energy, g.greatest_mw, &g.given);
                if g.must_take {
                    put(Quantity::Curtailment, g.greatest_mw, &g.curtailed);
                }
            }
            Port::Store(s) => {
                put(Quantity::Energy, s.p_nom_mw, &s.discharged);
                put(Quantity::Charge, s.p_nom_mw, &s.charged);
            }
            Port::Demand(d) => {
                let mut served = d.wanted;
                add_scaled(&mut served, &d.shed, -1.0);
                put(Quantity::Energy, d.peak_mw, &served);
            }
        }
    }
}

/// `lanes * factor`.
pub(crate) fn scaled(lanes: &Lanes, factor: f64) -> Lanes {
    let mut product = *lanes;
    product.iter_mut().for_each(|value| *value *= factor);
    product
}

fn add_scaled(sum: &mut Lanes, lanes: &Lanes, factor: f64) {
    for lane in 0..LANES {
        sum[lane] += lanes[lane] * factor;
    }
}

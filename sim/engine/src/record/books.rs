//! What the assets' counters add up to at the horizon's end, and the most they could.

use super::layout::{Listed, Port};
use super::metrics::{Column, Quantity, Scope};
use crate::body::Total;
use crate::lanes::{LANES, Lanes};
use crate::ports::{Demand, Generator};
use crate::rows;

/// The assets of a group whose horizon has ended.
pub(crate) struct Books<'a> {
    pub step_h: f64,
    pub horizon_h: f64,
    pub assets: &'a [Listed<'a>],
}

impl Books<'_> {
    fn demands(&self, bus: Option<usize>) -> impl Iterator<Item = &Demand> {
        // The system's demand is the electric one; another carrier's stands at its bus.
        let counts = move |a: &&Listed<'_>| bus.map_or(a.electric, |bus| bus == a.bus);
        self.assets.iter().filter(counts).filter_map(|a| match a.port {
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
                Port::Generator(g) => add_scaled(&mut sum, &g.given, g.paid_per_mwh * self.step_h),
                Port::Store(s) => add_scaled(&mut sum, &s.discharged, s.marginal_cost_per_mwh * self.step_h),
                Port::Branch(b) => add_scaled(&mut sum, &b.carried, b.marginal_cost_per_mwh * self.step_h),
                Port::Demand(_) | Port::Flexible(_) => {}
            }
        }
        rows::add(&mut sum, &self.total(Total::Cost).0);
        sum
    }

    /// The sum of all bodies' figures of a kind, and the most that it can be.
    pub fn total(&self, total: Total) -> (Lanes, f64) {
        let (mut sum, mut bound) = (Lanes::default(), 0.0);
        for figure in self.assets.iter().flat_map(|a| &a.figures).filter(|f| f.total == total) {
            rows::add(&mut sum, &figure.lanes);
            bound += figure.bound;
        }
        (sum, bound)
    }

    /// The electric generators.
    fn generators(&self) -> impl Iterator<Item = &Generator> {
        self.assets.iter().filter(|a| a.electric).filter_map(|a| match a.port {
            Port::Generator(generator) => Some(generator),
            _ => None,
        })
    }

    /// Whether any of them must give a least power.
    pub fn has_floors(&self) -> bool {
        self.generators().any(|g| g.detail.as_ref().is_some_and(|detail| detail.has_floor))
    }

    /// The most that all of them could give, MWh.
    pub fn greatest_mwh(&self) -> f64 {
        self.generators().map(|g| g.greatest_mw).sum::<f64>() * self.horizon_h
    }

    /// All that generators and stores could give and phase shifts drive. What flows around a mesh without
    /// limits may be a multiple of it.
    fn greatest_flow_mw(&self) -> f64 {
        let others = self.assets.iter().map(|asset| match asset.port {
            Port::Store(store) => store.p_nom_mw,
            Port::Branch(branch) => branch.shifted_mw,
            _ => 0.0,
        });
        self.generators().map(|g| g.greatest_mw).sum::<f64>() + others.sum::<f64>() + 1.0
    }

    /// The greatest price that a bus may come to, money per MWh: in a network it can be a multiple of
    /// every offer, and stays far below ten thousand times the dearest.
    pub fn greatest_price(&self) -> f64 {
        let offer = |asset: &Listed<'_>| match asset.port {
            Port::Generator(g) => {
                let counted = asset.figures.iter().filter(|f| f.total == Total::Cost).map(|f| f.bound).sum::<f64>();
                let mwh = g.greatest_mw * self.horizon_h;
                g.marginal_cost_per_mwh.abs() + if mwh > 0.0 { counted / mwh } else { 0.0 }
            }
            Port::Store(s) => s.marginal_cost_per_mwh,
            Port::Demand(d) => d.tiers.iter().map(|tier| tier.voll_per_mwh).fold(0.0, f64::max),
            Port::Flexible(f) => f.highest_price,
            Port::Branch(b) => b.marginal_cost_per_mwh,
        };
        1e4 * (self.assets.iter().map(offer).fold(0.0, f64::max) + 10.0)
    }

    /// Whether any body counts figures of a kind.
    pub fn has(&self, total: Total) -> bool {
        self.assets.iter().flat_map(|a| &a.figures).any(|f| f.total == total)
    }

    /// The greatest cost that the assets' sizes allow.
    pub fn cost_bound(&self) -> f64 {
        let per_h = self.assets.iter().map(|a| match a.port {
            Port::Generator(g) => g.greatest_mw * g.paid_per_mwh.abs(),
            Port::Store(s) => s.p_nom_mw * s.marginal_cost_per_mwh.abs(),
            Port::Branch(b) => b.greatest_mw(0.0) * b.marginal_cost_per_mwh,
            Port::Demand(_) | Port::Flexible(_) => 0.0,
        });
        per_h.sum::<f64>() * self.horizon_h + self.total(Total::Cost).1
    }

    /// The value of all load, were all of it lost.
    pub fn lost_load_bound(&self) -> f64 {
        let dearest = |d: &Demand| d.tiers.iter().map(|t| t.voll_per_mwh).fold(0.0, f64::max);
        let demands = self.assets.iter().filter_map(|a| if let Port::Demand(d) = a.port { Some(d) } else { None });
        demands.map(|d| d.peak_mw * dearest(d)).sum::<f64>() * self.horizon_h
    }

    /// The columns of one asset.
    pub fn emit_asset(&self, slot: usize, asset: &Listed<'_>, emit: &mut dyn FnMut(Column, f64, Lanes)) {
        let mut put = |quantity, bound_mw: f64, lanes: &Lanes| {
            let column = Column { scope: Scope::Asset(slot), quantity };
            emit(column, bound_mw * self.horizon_h, scaled(lanes, self.step_h));
        };
        match asset.port {
            Port::Flexible(f) => put(Quantity::Energy, f.p_nom_mw, &f.taken),
            Port::Branch(b) => {
                let most_mw = self.greatest_flow_mw();
                // A step without an answer has flows beyond limits.
                let greatest_mw = b.greatest_mw(1000.0 * most_mw).max(most_mw);
                put(Quantity::Carried, greatest_mw, &b.carried);
                put(Quantity::Congested, 1.0, &b.congested);
                put(Quantity::CongestionRent, greatest_mw * self.greatest_price(), &b.rent);
                if b.efficiency < 1.0 {
                    put(Quantity::LostOnTheWay, greatest_mw, &b.lost);
                }
            }
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
                if d.offtake_price_per_mwh > 0.0 {
                    let column = Column { scope: Scope::Asset(slot), quantity: Quantity::Revenue };
                    let price = d.offtake_price_per_mwh;
                    emit(column, d.peak_mw * self.horizon_h * price, scaled(&served, self.step_h * price));
                }
            }
        }
        for (at, figure) in (0..).zip(&asset.figures) {
            emit(Column { scope: Scope::Asset(slot), quantity: Quantity::Own(at) }, figure.bound, figure.lanes);
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

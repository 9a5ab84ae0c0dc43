//! What the tests of redispatch share: networks from case files, and numbers that look random.

#![allow(dead_code, clippy::unwrap_used, clippy::print_stderr, clippy::float_cmp)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

pub mod peer;
pub mod random;

use energyopti_grid::Network;
use energyopti_grid::redispatch::{Flow, Layout, Line};

/// A case file of the reference data, if it is there.
pub fn case(path: &str) -> Option<Network> {
    let path = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: no {path}");
        return None;
    };
    Some(energyopti_grid::matpower::parse(&text).unwrap().network)
}

/// Value of lost load, per MWh.
pub const VOLL: f64 = 10_000.0;

/// A case for the dispatch: its generators at the slope of their cost between none and full power, then load that can be
/// shed at each bus.
pub struct Case {
    pub layout: Layout,
    pub p_nom_mw: Vec<f64>,
    pub cost: Vec<f64>,
    pub load_mw: Vec<f64>,
}

impl Case {
    /// From the first `buses` buses of a network, limits times `room`.
    pub fn new(network: &Network, buses: usize, room: f64, flow: Flow) -> Self {
        let lines = network.branches.iter().filter(|b| b.in_service && b.from < buses && b.to < buses).map(|b| Line {
            bus0: b.from,
            bus1: b.to,
            limit_mw: room * b.rate_mw,
            limit_back_mw: room * b.rate_mw,
            susceptance: network.base_mva / b.x_pu,
            shift_rad: 0.0,
        });
        let units: Vec<_> = network.generators.iter().filter(|g| g.bus < buses && g.p_max_mw > 0.0).collect();
        let resources = units.iter().map(|g| g.bus).chain(0..buses).collect();
        let p_nom_mw = units.iter().map(|g| g.p_max_mw).collect();
        let slope = units.iter().map(|g| (g.cost.at(g.p_max_mw) - g.cost.at(0.0)) / g.p_max_mw);
        let cost = slope.chain(std::iter::repeat_n(VOLL, buses)).collect();
        let load_mw = network.buses[..buses].iter().map(|bus| bus.p_load_mw).collect();
        let layout = Layout { buses, lines: lines.collect(), links: vec![], resources, flow };
        Self { layout, p_nom_mw, cost, load_mw }
    }
}

/// Numbers in 0..1 of a linear congruential generator (Knuth's MMIX).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.next()
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() * count as f64) as usize
    }
}

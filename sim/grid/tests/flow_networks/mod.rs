//! Networks for the tests of power flow: small ones typed, and random meshed ones.

use energyopti_grid::{Branch, Bus, BusKind, Cost, Generator, Network};
use proptest::prelude::*;

pub fn bus(kind: BusKind, p_load_mw: f64, q_load_mvar: f64) -> Bus {
    Bus { name: String::new(), kind, p_load_mw, q_load_mvar, ..Bus::default() }
}

pub fn generator(bus: usize, p_mw: f64, vm_pu: f64) -> Generator {
    Generator { bus, p_mw, p_max_mw: 1000.0, vm_pu, cost: Cost::default(), ..Generator::default() }
}

pub fn line(from: usize, to: usize, r_pu: f64, x_pu: f64) -> Branch {
    Branch { from, to, r_pu, x_pu, ..Branch::default() }
}

pub fn network(buses: Vec<Bus>, generators: Vec<Generator>, branches: Vec<Branch>) -> Network {
    Network { name: "typed".into(), base_mva: 100.0, buses, generators, branches }
}

/// A ring with chords, taps, shifts, shunts and charging; the first bus is the slack, every fourth
/// holds its voltage.
pub fn meshed() -> impl Strategy<Value = Network> {
    (4_usize..24).prop_flat_map(|n| {
        let load = (0.0..30.0_f64, -5.0..10.0_f64, 0.0..5.0_f64);
        let branch = (0.001..0.03_f64, 0.02..0.2_f64, 0.0..0.05_f64, 0.95..1.05_f64, -3.0..3.0_f64);
        let loads = prop::collection::vec(load, n);
        let branches = prop::collection::vec((branch, 0..n, 0..n), n + n / 2);
        (loads, branches).prop_map(move |(loads, branches)| build(&loads, &branches))
    })
}

type Load = (f64, f64, f64);
type Drawn = ((f64, f64, f64, f64, f64), usize, usize);

fn build(loads: &[Load], branches: &[Drawn]) -> Network {
    let n = loads.len();
    let kind = |i: usize| match i {
        0 => BusKind::Slack,
        i if i % 4 == 0 => BusKind::Pv,
        _ => BusKind::Pq,
    };
    let buses = loads.iter().enumerate().map(|(i, &(p, q, shunt))| Bus {
        name: format!("{i}"),
        g_shunt_mw: shunt / 10.0,
        b_shunt_mvar: shunt,
        ..bus(kind(i), p, q)
    });
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let holders = (0..n).filter(|&i| kind(i) != BusKind::Pq).map(|i| generator(i, 15.0, 1.0 + 0.002 * (i % 7) as f64));
    let drawn = branches.iter().enumerate().map(|(i, &((r, x, b, tap, shift), from, to))| {
        // The first n make the ring.
        let (from, to) = if i < n { (i, (i + 1) % n) } else { (from, if to == from { (to + 1) % n } else { to }) };
        Branch { b_pu: b, tap, shift_deg: if i % 5 == 0 { shift } else { 0.0 }, ..line(from, to, r, x) }
    });
    network(buses.collect(), holders.collect(), drawn.collect())
}

//! CPU time of DC optimal power flow: one hour and 168 hours of case118, and 8760 hours of three
//! nodes with two stores. Timed is everything from a parsed network to told prices; parsing is not.
//! `benches/peers/pypsa.sh` runs this beside PyPSA with `HiGHS` on the same numbers.
//!
//!   cargo bench -p energyopti-grid --bench opf -- CASE118.m [ROUNDS]     last line JSON

#![expect(clippy::cast_precision_loss, reason = "hours and repeats are small")]

use cpu_time::ProcessTime;
use energyopti_grid::opf::{Horizon, Options, Start, StorageUnit, solve, solve_horizon};
use energyopti_grid::{Branch, BranchModel, Bus, BusKind, Cost, Generator, Network, matpower};
use std::hint::black_box;

/// Part of a load that is there in hour `h` at place `k`: a day's triangle and some noise, by
/// arithmetic that Python repeats to the bit.
fn load_part(h: usize, k: usize) -> f64 {
    let day = (((h + k) % 24) as f64 - 12.0).abs() / 12.0;
    let noise = ((h * 7919 + k * 104_729) % 1000) as f64 / 1000.0;
    0.7 + 0.2 * day + 0.1 * noise
}

/// Part of the wind that blows in hour `h`.
fn wind_part(h: usize) -> f64 {
    let week = ((h % 168) as f64 - 84.0).abs() / 84.0;
    let noise = (h * 6151 % 1000) as f64 / 1000.0;
    0.6 * week + 0.4 * noise
}

fn plain_bus(name: &str, kind: BusKind, load: f64) -> Bus {
    Bus { name: name.to_owned(), kind, p_load_mw: load, ..Bus::default() }
}

fn plain_generator(bus: usize, most: f64, cost: f64) -> Generator {
    Generator { bus, p_max_mw: most, cost: Cost::Polynomial(vec![0.0, cost]), ..Generator::default() }
}

fn line(from: usize, to: usize, rate: f64) -> Branch {
    Branch { from, to, x_pu: 0.1, rate_mw: rate, ..Branch::default() }
}

fn three_nodes() -> Network {
    Network {
        name: "three nodes".to_owned(),
        base_mva: 100.0,
        buses: vec![
            plain_bus("A", BusKind::Slack, 80.0),
            plain_bus("B", BusKind::Pq, 80.0),
            plain_bus("C", BusKind::Pq, 80.0),
        ],
        generators: vec![
            plain_generator(0, 150.0, 30.0),
            plain_generator(1, 100.0, 70.0),
            plain_generator(2, 200.0, 150.0),
            plain_generator(1, 120.0, 0.0),
        ],
        branches: vec![line(0, 1, 60.0), line(0, 2, 60.0), line(1, 2, 60.0)],
    }
}

fn store(name: &str, bus: usize, power: f64, energy: f64, efficiency: f64, loss: f64) -> StorageUnit {
    StorageUnit {
        name: name.to_owned(),
        bus,
        p_nom_mw: power,
        e_nom_mwh: energy,
        efficiency_store: efficiency,
        efficiency_dispatch: efficiency,
        standing_loss: loss,
        start: Start::Cyclic,
    }
}

fn three_nodes_horizon(network: &Network, steps: usize) -> Horizon {
    let load = |h: usize| network.buses.iter().enumerate().map(|(k, bus)| bus.p_load_mw * load_part(h, k)).collect();
    Horizon {
        steps,
        step_h: 1.0,
        load_mw: (0..steps).map(load).collect(),
        p_max_pu: (0..steps).map(|h| vec![1.0, 1.0, 1.0, wind_part(h)]).collect(),
        storage: vec![store("s1", 2, 30.0, 120.0, 0.95, 0.001), store("s2", 1, 20.0, 160.0, 0.9, 0.0)],
    }
}

fn week_horizon(network: &Network) -> Horizon {
    let load = |h: usize| network.buses.iter().enumerate().map(|(k, bus)| bus.p_load_mw * load_part(h, k)).collect();
    Horizon {
        steps: 168,
        step_h: 1.0,
        load_mw: (0..168).map(load).collect(),
        p_max_pu: Vec::new(),
        storage: Vec::new(),
    }
}

/// CPU seconds of the median round, and the objective.
fn timed(rounds: usize, repeats: usize, run: impl Fn() -> f64) -> (f64, f64) {
    let mut objective = 0.0;
    let mut seconds: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = ProcessTime::now();
            (0..repeats).for_each(|_| objective = black_box(run()));
            start.elapsed().as_secs_f64() / repeats as f64
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    (seconds[rounds / 2], objective)
}

#[expect(clippy::print_stdout, reason = "a bench reports")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let Some(path) = arguments.first() else {
        println!("usage: cargo bench -p energyopti-grid --bench opf -- CASE118.m [ROUNDS]");
        return;
    };
    let rounds = arguments.get(1).and_then(|a| a.parse().ok()).unwrap_or(5);
    let text = std::fs::read_to_string(path).expect("the case file can be read");
    let network = matpower::parse(&text).expect("the case file is sound").network;
    let options = Options::new(BranchModel::Reactance);
    let hour = timed(rounds, 100, || solve(&network, &options).expect("feasible").objective);
    let horizon = week_horizon(&network);
    let week = timed(rounds, 1, || solve_horizon(&network, &horizon, &options).expect("feasible").objective);
    let nodes = three_nodes();
    let horizon = three_nodes_horizon(&nodes, 8760);
    let year = timed(rounds, 1, || solve_horizon(&nodes, &horizon, &options).expect("feasible").objective);
    let told = [("case118_1h", hour), ("case118_168h", week), ("nodes_8760h", year)];
    let parts = told.map(|(name, (cpu, cost))| format!("\"{name}_cpu_s\": {cpu:.9}, \"{name}_cost\": {cost:.6}"));
    println!("{{{}}}", parts.join(", "));
}

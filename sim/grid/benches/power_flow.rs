//! CPU time of power flows of one case: `cargo bench -p energyopti-grid --bench power_flow -- CASE.m`.
//!
//! Prints one line of JSON, seconds per solved state: `cold_s` from network to solution; `single_s`
//! with the model built; the batches per state, model built: `flat_batch_s` from a flat start, `batch_s`
//! from the solved case, `dc_batch_s` linear, angles and flows. With a second
//! path, writes voltages there (state, bus, vm, va) for a comparison. Measures only itself: what it is
//! compared with is in `benches/peers/lightsim2grid.sh`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fmt::Write as _;
use std::{env, fs, hint};

use cpu_time::ProcessTime;
use energyopti_grid::flow::{AcModel, AcOptions, DcBatch, DcModel, Scenario, Start, Status};
use energyopti_grid::{BranchModel, Network, matpower};

/// States of a batch.
const STATES: usize = 256;
/// What the peer's users mostly ask for, and its default.
const OPTIONS: AcOptions = AcOptions { tolerance_pu: 1e-8, most_iterations: 30, start: Start::Flat, enforce_q: false };
/// Least CPU time of a measurement, s, and measurements of which the median is taken.
const LEAST_S: f64 = 0.1;
const ROUNDS: usize = 5;

/// Median CPU seconds of one call.
fn seconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let mut timed = |calls: u32| {
        let start = ProcessTime::now();
        (0..calls).for_each(|_| drop(hint::black_box(call())));
        start.elapsed().as_secs_f64()
    };
    let mut calls = 1;
    while timed(calls) < LEAST_S {
        calls *= 2;
    }
    let mut all: Vec<_> = (0..ROUNDS).map(|_| timed(calls) / f64::from(calls)).collect();
    all.sort_by(f64::total_cmp);
    all[ROUNDS / 2]
}

/// Load of a bus in a state over its own: the peer's script has the same formula.
fn factor(state: usize, bus: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let angle = 1.7 * state as f64 + 0.9 * bus as f64;
    1.0 + 0.1 * angle.sin()
}

fn scaled(network: &Network, load: impl Fn(usize) -> f64) -> Vec<f64> {
    let buses = network.buses.len();
    (0..STATES * buses).map(|i| load(i % buses) * factor(i / buses, i % buses)).collect()
}

fn main() {
    let paths: Vec<_> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let Some(case) = paths.first() else {
        println!("usage: power_flow CASE.m [VOLTAGES.csv]");
        return;
    };
    let network = matpower::parse(&fs::read_to_string(case).expect("the case is a file")).expect("a case").network;
    let buses = network.buses.len();
    let p_load_mw = scaled(&network, |bus| network.buses[bus].p_load_mw);
    let q_load_mvar = scaled(&network, |bus| network.buses[bus].q_load_mvar);
    let scenarios: Vec<_> = (p_load_mw.chunks(buses).zip(q_load_mvar.chunks(buses)))
        .map(|(p, q)| Scenario { p_load_mw: Some(p), q_load_mvar: Some(q), ..Scenario::default() })
        .collect();
    let mut generation_mw = vec![0.0; buses];
    network.generators.iter().filter(|g| g.in_service).for_each(|g| generation_mw[g.bus] += g.p_mw);
    let injections: Vec<_> = p_load_mw.iter().enumerate().map(|(i, load)| generation_mw[i % buses] - load).collect();

    let model = AcModel::new(&network).expect("a solvable case");
    let mut solver = model.solver();
    let single = solver.solve(&Scenario::default(), &OPTIONS).expect("a scenario that fits");
    let near = AcOptions { start: Start::Solved, ..OPTIONS };
    let batch = model.solve_batch(&scenarios, &near).expect("scenarios that fit");
    let solved = batch.outcomes.iter().filter(|outcome| outcome.status == Status::Converged).count();
    if let Some(path) = paths.get(1) {
        let mut text = String::new();
        for (bus, (vm, va)) in single.vm_pu.iter().zip(&single.va_rad).enumerate() {
            writeln!(text, "-1,{bus},{vm},{va}").expect("text grows");
        }
        for (bus, (vm, va)) in batch.vm_pu(STATES - 1).zip(batch.va_rad(STATES - 1)).enumerate() {
            writeln!(text, "{},{bus},{vm},{va}", STATES - 1).expect("text grows");
        }
        fs::write(path, text).expect("a writable path");
    }

    let mut flows = DcBatch::default();
    let linear = DcModel::new(&network, BranchModel::Matpower).expect("a solvable case");
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let states = STATES as f64;
    println!(
        "{{\"buses\": {buses}, \"iterations\": {}, \"solved\": {solved}, \"cold_s\": {:.3e}, \"single_s\": {:.3e}, \
         \"flat_batch_s\": {:.3e}, \"batch_s\": {:.3e}, \"dc_batch_s\": {:.3e}}}",
        single.iterations,
        seconds(|| AcModel::new(&network).map(|model| model.solve(&OPTIONS))),
        seconds(|| solver.solve(&Scenario::default(), &OPTIONS)),
        seconds(|| model.solve_batch(&scenarios, &OPTIONS)) / states,
        seconds(|| model.solve_batch(&scenarios, &near)) / states,
        seconds(|| linear.solve_batch_into(&injections, &mut flows)) / states,
    );
}

//! Ratios of speed, measured side by side in one run.
//!
//! (a) The engine on RTS-79 with sun, wind and a battery, one thread, against the plain loop beside
//! it (`plain/`): CPU time, in turns, median of the rounds' ratios. Both compile to the widest
//! instruction set; the engine has its ledger and all its default outputs on; every replica's LOLE,
//! EUE, cost and energies must agree first.
//! (b) Two threads against one, wall time, in turns. Needs an idle machine of two cores: says so
//! where it had none.
//! (c) Replica-years per CPU-second on RTS-79, units only. `--json N` prints this alone.
//!
//! `ENERGYOPTI_BENCH_STRICT` makes a missed bound an error.
#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench stops where it fails"
)]

mod plain;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use energyopti_engine::record::metrics::Formula;
use energyopti_engine::{Batch, Control, LANES, Lanes, Layout, Model, Simulation, Tally};
use plain::Plain;

/// Groups of 64 replicas per round of (a).
const GROUPS: u64 = 8;
/// Rounds of (a).
const ROUNDS: u64 = 15;
/// Rounds of (b), and replicas in each.
const THREAD_ROUNDS: usize = 9;
const THREAD_REPLICAS: u64 = 8192;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--json") {
        let replicas = arguments.get(at + 1).and_then(|n| n.parse().ok()).unwrap_or(20_000);
        return println!("{}", rate(&model("rts79.toml"), replicas));
    }
    let met = [against_plain_loop(), two_threads()];
    println!("(c) {}", rate(&model("rts79.toml"), 20_000));
    let strict = std::env::var_os("ENERGYOPTI_BENCH_STRICT").is_some();
    std::process::exit(i32::from(strict && met.contains(&false)));
}

fn model(file: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    energyopti_scenarios::load(&path, &[]).unwrap().remove(0).model
}

/// (a)
fn against_plain_loop() -> bool {
    let model = model("rts79_storage.toml");
    let (mut engine, mut plain) = (Simulation::new(&model).unwrap(), Plain::new(&model));
    let mut tally = engine.empty_tally(&model);
    for group in [0, 1, 7] {
        same_figures(group, &mut engine, &mut tally, &mut plain);
    }
    let hours = (GROUPS * LANES as u64) as f64 * model.clock.steps() as f64;
    let rounds: Vec<[f64; 2]> = (0..ROUNDS)
        .map(|round| {
            let groups = || (0..GROUPS).map(|group| 100 + round * GROUPS + group);
            let ours = cpu_s(|| groups().for_each(|g| _ = black_box(engine.run_group(g, LANES, &mut tally).unwrap())));
            let theirs = cpu_s(|| groups().for_each(|g| _ = black_box(plain.run_group(g))));
            [ours, theirs].map(|seconds| seconds / hours * 1e9)
        })
        .collect();
    let [ours, theirs] = [0, 1].map(|which| median(rounds.iter().map(|round| round[which])));
    let ratio = median(rounds.iter().map(|[ours, theirs]| ours / theirs));
    let met = ratio <= 1.3;
    println!(
        "(a) ns per replica-hour: engine {ours:.2}, plain loop {theirs:.2}; ratio {ratio:.2}, bound 1.3: {}",
        word(met)
    );
    met
}

/// Every replica of a group has the same figures in both: LOLE exactly, EUE to 1e-12, money and
/// energies to 1e-9: sums in another order, and a product where the engine divides.
fn same_figures(group: u64, engine: &mut Simulation, tally: &mut Tally, plain: &mut Plain) {
    let layout = engine.layout().clone();
    let table = engine.run_group(group, LANES, tally).unwrap();
    let figures = plain.run_group(group);
    let same = |name: &str, theirs: &Lanes, tolerance: f64| {
        let ours = &table.columns[column(&layout, name)];
        for (lane, (a, b)) in ours.iter().zip(theirs.iter()).enumerate() {
            assert!((a - b).abs() <= tolerance * a.abs(), "{name}, group {group}, lane {lane}: {a} and {b}");
        }
    };
    same("lole_h", &figures.lole_h, 0.0);
    same("eue_mwh", &figures.eue_mwh, 1e-12);
    same("cost", &figures.cost, 1e-9);
    same("charge_mwh.bess", &figures.charged_mwh, 1e-9);
    for (asset, theirs) in &figures.given_mwh {
        same(&format!("energy_mwh.{asset}"), theirs, 1e-9);
    }
    assert!(figures.lole_h.iter().any(|hours| *hours > 0.0), "group {group} has nothing to compare");
}

/// The column whose mean is the metric `name`.
fn column(layout: &Layout, name: &str) -> usize {
    let metric = layout.metrics.iter().find(|m| m.name == name).unwrap();
    let Formula::Mean { column, .. } = metric.formula else { panic!("{name} is no mean") };
    column
}

/// (b)
fn two_threads() -> bool {
    let model = model("rts79_storage.toml");
    let pools = [1, 2].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    let batches = pools.each_ref().map(|pool| Batch::new(&model, pool).unwrap());
    let run = |batch: &Batch<'_>| {
        let (begun, cpu) = (Instant::now(), ProcessTime::now());
        batch.run(0..THREAD_REPLICAS, &Control::default(), &|_, _, _| {}).unwrap();
        (begun.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64())
    };
    batches.iter().for_each(|batch| _ = run(batch));
    let rounds: Vec<_> = (0..THREAD_ROUNDS).map(|_| (run(&batches[0]), run(&batches[1]))).collect();
    let speed_up = median(rounds.iter().map(|(one, two)| one.0 / two.0));
    let cores = median(rounds.iter().map(|(_, two)| two.1 / two.0));
    let met = speed_up >= 1.7;
    println!("(b) two threads against one: {speed_up:.2} times as fast, bound 1.7: {}", word(met));
    if cores < 1.9 {
        println!("    two threads had {cores:.2} cores between them{}: not an idle machine of two cores", load());
    }
    met
}

/// The load average, where there is one.
fn load() -> String {
    let all = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    all.split(' ').next().filter(|load| !load.is_empty()).map(|load| format!(", load {load}")).unwrap_or_default()
}

/// (c), as a line of JSON.
fn rate(model: &Model, replicas: u64) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let batch = Batch::new(model, &pool).unwrap();
    let run = |n| batch.run(0..n, &Control::default(), &|_, _, _| {}).unwrap();
    run(256);
    let mut lole_h = None;
    let cpu_s = cpu_s(|| lole_h = run(replicas).results(batch.layout(), None).metric("lole_h").unwrap().value);
    let (rate, lole_h) = (replicas as f64 / cpu_s, lole_h.unwrap());
    format!(
        r#"{{"engine": "energyopti", "replica_years": {replicas}, "cpu_s": {cpu_s:.3}, "replica_years_per_cpu_s": {rate:.0}, "lole_h": {lole_h:.4}}}"#
    )
}

/// CPU time of the process, all threads.
fn cpu_s(work: impl FnOnce()) -> f64 {
    let begun = ProcessTime::now();
    work();
    begun.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn word(met: bool) -> &'static str {
    if met { "PASS" } else { "MISS" }
}

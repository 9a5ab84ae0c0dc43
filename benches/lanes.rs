//! Ratios of speed, each measured in one run, interleaved, CPU time, median of the rounds.
//!
//! (a) The engine on RTS-79 with sun, wind and a battery against the plain loop beside it
//! (`plain/`), one thread: at most 1.3 times. Both compile to the same instruction set; the engine
//! has its ledger and all its default outputs on; the figures of every replica must agree.
//! (b) Two threads against one, wall time: at least 1.7 times on an idle machine of two cores.
//! (c) Replica-years per CPU-second on RTS-79 alone; `lanes --json N` prints just that, for
//! comparisons with other programs.
//!
//! `ENERGYOPTI_BENCH_STRICT=1` makes a missed bound an error.
#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench stops where it fails"
)]

mod plain;

use std::path::Path;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use energyopti_engine::record::metrics::{Quantity, Scope};
use energyopti_engine::{Batch, Control, LANES, Model, Simulation, Table};
use plain::{Figures, Plain};

/// Groups of 64 replicas per round.
const GROUPS: u64 = 8;
const ROUNDS: usize = 11;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--json") {
        let replicas = arguments.get(at + 1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
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

fn against_plain_loop() -> bool {
    let model = model("rts79_storage.toml");
    let (mut engine, mut plain) = (Simulation::new(&model).unwrap(), Plain::new(&model));
    same_figures(&mut engine, &mut plain, &model);
    let mut tally = engine.empty_tally(&model);
    let lane_hours = (GROUPS * LANES as u64) as f64 * model.clock.steps() as f64;
    let mut rounds: Vec<(f64, f64)> = (0..=ROUNDS)
        .map(|round| {
            let groups = || (0..GROUPS).map(|g| 100 + round as u64 * GROUPS + g);
            let ours = cpu(|| groups().for_each(|g| drop(engine.run_group(g, LANES, &mut tally).unwrap().clone())));
            let theirs =
                cpu(|| groups().for_each(|g| drop(pulp::Arch::new().dispatch(Group { plain: &mut plain, group: g }))));
            (ours.as_secs_f64() / lane_hours * 1e9, theirs.as_secs_f64() / lane_hours * 1e9)
        })
        .collect();
    rounds.remove(0); // warm-up
    let ratio = median(rounds.iter().map(|(a, b)| a / b));
    let (ours, theirs) = (median(rounds.iter().map(|r| r.0)), median(rounds.iter().map(|r| r.1)));
    let met = ratio <= 1.3;
    println!(
        "(a) engine {ours:.2}, plain loop {theirs:.2} ns per replica-hour: ratio {ratio:.2}, bound 1.3, {}",
        word(met)
    );
    met
}

/// A group of the plain loop, compiled to the widest instruction set like the engine's steps.
struct Group<'a> {
    plain: &'a mut Plain,
    group: u64,
}

impl pulp::NullaryFnOnce for Group<'_> {
    type Output = Figures;

    #[inline(always)]
    fn call(self) -> Figures {
        self.plain.run_group(self.group)
    }
}

/// Every replica of a few groups has the same figures in both.
fn same_figures(engine: &mut Simulation, plain: &mut Plain, model: &Model) {
    let layout = engine.layout().clone();
    let bess = battery_scope(model);
    for group in [0, 1, 7] {
        let mut tally = engine.empty_tally(model);
        let table: Table = engine.run_group(group, LANES, &mut tally).unwrap().clone();
        let figures: Figures = pulp::Arch::new().dispatch(Group { plain, group });
        let column = |scope, quantity| &table.columns[layout.column(scope, quantity).unwrap()];
        let pairs = [
            (column(Scope::System, Quantity::Lole), &figures.lole_h),
            (column(Scope::System, Quantity::Eue), &figures.eue_mwh),
            (column(Scope::System, Quantity::Cost), &figures.cost),
            (column(bess, Quantity::Energy), &figures.discharged_mwh),
            (column(bess, Quantity::Charge), &figures.charged_mwh),
        ];
        for (ours, theirs) in pairs {
            for lane in 0..LANES {
                let gap = (ours[lane] - theirs[lane]).abs();
                assert!(
                    gap <= 1e-9 * ours[lane].abs().max(1.0),
                    "group {group}, lane {lane}: {} {}",
                    ours[lane],
                    theirs[lane]
                );
            }
        }
    }
}

/// The battery is the first asset: tables come in the order of their names.
fn battery_scope(model: &Model) -> Scope {
    assert_eq!(model.battery.len(), 1);
    Scope::Asset(0)
}

fn two_threads() -> bool {
    let model = model("rts79_storage.toml");
    let pools = [1, 2].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    let batches = pools.each_ref().map(|pool| Batch::new(&model, pool).unwrap());
    let seconds = |batch: &Batch<'_>| {
        let begun = Instant::now();
        batch.run(0..4096, &Control::default(), &|_, _, _| {}).unwrap();
        begun.elapsed().as_secs_f64()
    };
    let speed_up = median((0..7).map(|_| seconds(&batches[0]) / seconds(&batches[1])));
    let met = speed_up >= 1.7;
    println!("(b) two threads against one: {speed_up:.2} times as fast, bound 1.7, {}{}", word(met), load());
    met
}

/// What makes (b) meaningless: other work, or a single core.
fn load() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(" ({cores} cores, load {})", load.split(' ').next().unwrap_or("unknown"))
}

fn rate(model: &Model, replicas: u64) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let batch = Batch::new(model, &pool).unwrap();
    let run = |n| batch.run(0..n, &Control::default(), &|_, _, _| {}).unwrap();
    run(256);
    let mut lole = None;
    let cpu_s =
        cpu(|| lole = run(replicas).results(batch.layout(), None).metric("lole_h").unwrap().value).as_secs_f64();
    format!(
        "{{\"engine\":\"energyopti\",\"replica_years\":{replicas},\"cpu_s\":{cpu_s:.3},\"replica_years_per_cpu_s\":{:.0},\"lole_h\":{:.3}}}",
        replicas as f64 / cpu_s,
        lole.unwrap()
    )
}

fn cpu(work: impl FnOnce()) -> Duration {
    let begun = ProcessTime::now();
    work();
    begun.elapsed()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn word(met: bool) -> &'static str {
    if met { "PASS" } else { "MISS" }
}

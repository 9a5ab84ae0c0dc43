//! Speed where every kind is at work, measured side by side in one run.
//!
//! (d) The engine on a scenario of 200 assets, every kind among them, a year of hours, one thread,
//! against the flat loop beside it (`flat/`): CPU time, in turns, median of the rounds' ratios. Both
//! compile to the widest instruction set; the engine has its ledger and all its default outputs on.
//! Twice: storage in the merit order, which is the harder, and storage for deficits alone.
//! (e) What detail costs: `rts79_storage.toml` with an ageing, tapering battery behind a converter
//! against the same with a plain one.
//!
//! Before (d) is measured, both must agree on every figure of every asset in every replica.
//! `ENERGYOPTI_BENCH_STRICT` makes a missed bound an error.
#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a bench stops where it fails"
)]

mod flat;

use std::hint::black_box;
use std::path::Path;

use cpu_time::ProcessTime;
use energyopti_engine::record::metrics::Formula;
use energyopti_engine::{LANES, Layout, Model, Simulation, Tally};
use flat::{Flat, scenario};

/// Rounds of (d), of one group of 64 replicas each.
const ROUNDS: u64 = 9;
/// Rounds of (e), and groups in each.
const DETAIL_ROUNDS: u64 = 9;
const DETAIL_GROUPS: u64 = 8;
/// Sums in another order, and products where the engine divides.
const TOLERANCE: f64 = 1e-9;

const IN_MERIT_ORDER: &str = "charge_from = \"must_take\"\ndischarge_for = \"merit_order\"";

fn main() {
    let met = [
        against_flat_loop("storage in the merit order", IN_MERIT_ORDER),
        against_flat_loop("storage for deficits", ""),
        added_detail(),
    ];
    let strict = std::env::var_os("ENERGYOPTI_BENCH_STRICT").is_some();
    std::process::exit(i32::from(strict && met.contains(&false)));
}

/// (d)
fn against_flat_loop(what: &str, dispatch: &str) -> bool {
    let model = scenario::model(dispatch);
    let (mut engine, mut flat) = (Simulation::new(&model).unwrap(), Flat::new(&model));
    let mut tally = engine.empty_tally(&model);
    for group in [0, 3] {
        same_figures(group, &mut engine, &mut tally, &mut flat);
    }
    let hours = LANES as f64 * model.clock.steps() as f64;
    let rounds: Vec<[f64; 2]> = (0..ROUNDS)
        .map(|round| {
            let ours = cpu_s(|| _ = black_box(engine.run_group(100 + round, LANES, &mut tally).unwrap()));
            let theirs = cpu_s(|| _ = black_box(flat.run_group(100 + round)));
            [ours, theirs].map(|seconds| seconds / hours * 1e9)
        })
        .collect();
    let (ours, theirs, ratio) = medians(&rounds);
    let met = ratio <= 1.5;
    println!(
        "(d) {what}: ns per replica-hour: engine {ours:.0}, flat loop {theirs:.0}; ratio {ratio:.2}, bound 1.5: {}",
        word(met)
    );
    met
}

/// Every figure that the flat loop has is the engine's in every replica.
fn same_figures(group: u64, engine: &mut Simulation, tally: &mut Tally, flat: &mut Flat) {
    let layout = engine.layout().clone();
    let table = engine.run_group(group, LANES, tally).unwrap();
    let (mut compared, mut worst, mut missed) = (0, 0.0_f64, Vec::new());
    let figures = flat.run_group(group);
    for (name, theirs) in &figures {
        let ours = &table.columns[column(&layout, name)];
        compared += 1;
        for (lane, (a, b)) in ours.iter().zip(theirs.iter()).enumerate() {
            let gap = (a - b).abs() / a.abs().max(1.0);
            worst = worst.max(gap);
            if gap > TOLERANCE {
                missed.push(format!("{name}, lane {lane}: {a} and {b}"));
            }
        }
    }
    let first = missed.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(missed.is_empty(), "group {group}: {} figures differ, the first of them\n{first}", missed.len());
    println!("    group {group}: {compared} figures of 64 replicas agree, the worst to {worst:.0e}");
    if group == 0 {
        busy(&figures);
    }
}

/// Nothing stands idle that is meant to be measured.
fn busy(figures: &[(String, energyopti_engine::Lanes)]) {
    let sum = |name: &str| {
        figures.iter().filter(|(found, _)| found.starts_with(name)).flat_map(|(_, lanes)| lanes.iter()).sum::<f64>()
    };
    for kind in
        ["plain", "switched", "sky", "roofs", "farm", "given", "water", "smr", "maker", "tank", "boiler", "hot_water"]
    {
        assert!(sum(&format!("energy_mwh.{kind}")) > 0.0, "{kind} does nothing");
    }
}

/// The column whose mean is the metric `name`.
fn column(layout: &Layout, name: &str) -> usize {
    let metric = layout.metrics.iter().find(|m| m.name == name).unwrap_or_else(|| panic!("no metric {name}"));
    let Formula::Mean { column, .. } = metric.formula else { panic!("{name} is no mean") };
    column
}

/// (e)
fn added_detail() -> bool {
    let detail = [
        "battery.bess.ageing=lfp",
        "battery.bess.taper_charge_from_pu=0.9",
        "battery.bess.taper_discharge_from_pu=0.1",
        "battery.bess.converter_efficiency=[0.94, 0.98]",
    ];
    let models = [stored(&[]), stored(&detail)];
    let mut engines = models.each_ref().map(|model| Simulation::new(model).unwrap());
    let mut tallies = [0, 1].map(|which: usize| engines[which].empty_tally(&models[which]));
    let hours = (DETAIL_GROUPS * LANES as u64) as f64 * models[0].clock.steps() as f64;
    let rounds: Vec<[f64; 2]> = (0..=DETAIL_ROUNDS)
        .map(|round| {
            // The detailed one first, as (d) has the engine first.
            [1, 0].map(|which| {
                let groups = (0..DETAIL_GROUPS).map(|group| round * DETAIL_GROUPS + group);
                let (engine, tally) = (&mut engines[which], &mut tallies[which]);
                let run = || groups.for_each(|g| _ = black_box(engine.run_group(g, LANES, tally).unwrap()));
                cpu_s(run) / hours * 1e9
            })
        })
        .skip(1)
        .collect();
    let (detailed, plain, ratio) = medians(&rounds);
    let met = ratio <= 2.0;
    println!(
        "(e) ns per replica-hour: detailed battery {detailed:.2}, plain {plain:.2}; ratio {ratio:.2}, bound 2: {}",
        word(met)
    );
    met
}

fn stored(sets: &[&str]) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/rts79_storage.toml");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    energyopti_scenarios::load(&path, &sets).unwrap().remove(0).model
}

/// Of both sides, and of their ratio.
fn medians(rounds: &[[f64; 2]]) -> (f64, f64, f64) {
    let side = |which: usize| median(rounds.iter().map(|round| round[which]));
    (side(0), side(1), median(rounds.iter().map(|[ours, theirs]| ours / theirs)))
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

//! Any future of a run alone: its trace adds up to what the run counted for it.
//!
//! Not here: that traces of many futures have the right law (`rts79`, `truth`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use energyopti_scenarios::results::Run;
use serde_json::Value;
use support::{Bench, assert_same};

/// Futures of a run of `file` with their samples.
struct Kept {
    bench: Bench,
    id: String,
    steps: usize,
    step_h: f64,
    samples: BTreeMap<String, Vec<f64>>,
}

fn kept(bench: Bench, file: &str, steps: usize, step_h: f64, options: &[&str]) -> Kept {
    let keep = ["--set", "outputs.keep=[\"samples\"]"];
    let id = bench.run(file, &[&keep[..], options].concat())["run"].as_str().unwrap().to_owned();
    let samples = Run::open(&bench.path("runs").join(&id)).unwrap().samples().unwrap().unwrap();
    assert!(samples.replicas.iter().copied().eq(0..i64::try_from(samples.replicas.len()).unwrap()));
    Kept { bench, id, steps, step_h, samples: samples.columns.into_iter().collect() }
}

/// A trace by column.
type Trace = BTreeMap<String, Vec<f64>>;

impl Kept {
    /// The trace of a future, and the figures that `replay` prints.
    fn replay(&self, replica: usize) -> (Trace, Value) {
        let replica = replica.to_string();
        let answer = self.bench.json(&["replay", &self.id, "--replica", &replica, "--format", "json"]);
        let text = std::fs::read_to_string(self.bench.path(answer["trace"].as_str().unwrap())).unwrap();
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        assert_eq!(names[..2], ["step", "start_utc"]);
        let mut trace = Trace::new();
        for (step, line) in lines.enumerate() {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!((cells.len(), cells[0].parse()), (names.len(), Ok(step)));
            for (name, cell) in names.iter().zip(&cells).skip(2) {
                trace.entry((*name).to_owned()).or_default().push(cell.parse().unwrap());
            }
        }
        assert!(trace.values().all(|column| column.len() == self.steps));
        (trace, answer["metrics"].clone())
    }

    /// The trace against the future's row of samples.
    fn assert_adds_up(&self, replica: usize) {
        let (trace, figures) = self.replay(replica);
        let sample = |name: &str| self.samples[name][replica];
        let energy = |name: &str| trace[name].iter().sum::<f64>() * self.step_h;
        // Below a kilowatt it is rounding and no shortfall.
        let short: Vec<bool> = trace["unserved_mw"].iter().map(|mw| *mw > 1e-3).collect();
        let hours = self.step_h * f64::from(u32::try_from(short.iter().filter(|s| **s).count()).unwrap());
        let events = short.iter().enumerate().filter(|(step, now)| **now && (*step == 0 || !short[step - 1])).count();
        let deepest = trace["unserved_mw"].iter().copied().fold(0.0, f64::max);
        assert_same("lole_h", sample("lole_h"), hours, 1e-9);
        assert_same("lolf", sample("lolf"), f64::from(u32::try_from(events).unwrap()), 1e-9);
        assert_same("eue_mwh", sample("eue_mwh"), energy("unserved_mw"), 1e-7);
        assert_same("max_event_depth_mw", sample("max_event_depth_mw"), deepest, 1e-7);
        assert_same("load_mwh", sample("load_mwh"), energy("load_mw"), 1e-9);
        for name in trace.keys().filter_map(|column| column.strip_suffix(".units_up")) {
            assert_same(name, sample(&format!("energy_mwh.{name}")), energy(&format!("{name}.p_mw")), 1e-7);
        }
        for (name, figure) in figures.as_object().unwrap() {
            if let Some(column) = self.samples.get(name) {
                assert_same(name, figure.as_f64().unwrap(), column[replica], 1e-9);
            }
        }
    }

    /// The future with the greatest figure.
    fn worst(&self, name: &str) -> usize {
        let column = &self.samples[name];
        (0..column.len()).max_by(|a, b| column[*a].total_cmp(&column[*b])).unwrap()
    }
}

/// Futures at the edges of groups of 64, the last, and the worst of all.
#[test]
fn a_trace_adds_up_to_the_futures_row_of_samples() {
    let bench = Bench::new();
    bench.copy(&["rts79.toml", "rts79_storage.toml", "rts79_wind.csv", "rts79_solar.csv"]);
    let kept = kept(bench, "rts79_storage.toml", 8736, 1.0, &["--replicas", "200"]);
    let worst = kept.worst("eue_mwh");
    assert!(kept.samples["eue_mwh"][worst] > 0.0 && kept.samples["lolf"][worst] >= 1.0);
    for replica in [0, 63, 64, 199, worst] {
        kept.assert_adds_up(replica);
    }
}

/// Half-hours: a step is not an hour.
#[test]
fn half_hours_add_up_too() {
    let bench = Bench::new();
    assert_eq!(bench.ask(&["init", "town.toml"]).code, Some(0));
    let options = ["--replicas", "300", "--set", "scenario.step=\"30min\"", "--set", "load.homes.p_mw=48"];
    let text = std::fs::read_to_string(bench.path("town.toml")).unwrap();
    let load = text.find("profile = { values_mw = [\n").unwrap();
    bench.write("town.toml", &text[..load]);
    let kept = kept(bench, "town.toml", 24, 0.5, &options);
    kept.assert_adds_up(kept.worst("eue_mwh"));
    kept.assert_adds_up(0);
}

/// Energy in = energy out, in every step: what generators and storage give is load less what is
/// unserved. Storage keeps its limits and its losses.
#[test]
fn a_trace_balances_in_every_step() {
    let bench = Bench::new();
    bench.copy(&["rts79.toml", "rts79_storage.toml", "rts79_wind.csv", "rts79_solar.csv"]);
    let kept = kept(bench, "rts79_storage.toml", 8736, 1.0, &["--replicas", "200"]);
    let (trace, _) = kept.replay(kept.worst("eue_mwh"));
    let mut stored = 0.0;
    for step in 0..8736 {
        let at = |name: &str| trace[name][step];
        let given: f64 = trace.iter().filter(|(name, _)| name.ends_with(".p_mw")).map(|(_, column)| column[step]).sum();
        let served = at("load_mw") - at("unserved_mw");
        assert!((given - served).abs() <= 1e-9 * served, "step {step}: {given} given, {served} served");
        let (power, energy) = (at("bess.p_mw"), at("bess.e_mwh"));
        assert!(power.abs() <= 100.0 && (0.0..=400.0 + 1e-9).contains(&energy));
        // 0.95 in, 0.95 out, no standing loss.
        stored += if power < 0.0 { -power * 0.95 } else { -power / 0.95 };
        assert!((stored - energy).abs() <= 1e-6, "step {step}: {stored} {energy}");
        stored = energy;
    }
}

/// The years of a run differ, and each is the same whenever it is asked for.
#[test]
fn a_future_is_the_same_whenever_it_is_asked_for() {
    let bench = Bench::new();
    bench.copy(&["rts79.toml"]);
    let kept = kept(bench, "rts79.toml", 8736, 1.0, &["--replicas", "70"]);
    let (one, again) = (kept.replay(65).0, kept.replay(65).0);
    assert!(one == again);
    assert!(one != kept.replay(1).0);
}

#[test]
fn a_future_that_the_run_does_not_have_is_bad_input() {
    let bench = Bench::new();
    bench.copy(&["rts79.toml"]);
    let id = bench.run("rts79.toml", &["--replicas", "64"])["run"].as_str().unwrap().to_owned();
    let exact = bench.run("rts79.toml", &["--method", "exact"])["run"].as_str().unwrap().to_owned();
    bench.ask(&["replay", &id, "--replica", "64"]).assert_refused(2, &["replica 64", "64", "from 0 to 63"]);
    bench.ask(&["replay", &exact, "--replica", "0"]).assert_refused(2, &["exact", "no futures"]);
    bench.ask(&["replay", &id]).assert_refused(2, &["--replica"]);
    assert_eq!(bench.ask(&["replay", &id, "--replica", "63", "--output", "trace.csv"]).code, Some(0));
    assert_eq!(std::fs::read_to_string(bench.path("trace.csv")).unwrap().lines().count(), 8737);
}

//! What changed between two runs.

use std::fs;

use energyopti_scenarios::jobs::{JobError, report, scenario};
use energyopti_scenarios::results::{Comparison, Run, StoreError};

use super::bench::{Bench, compute, merge, without_execution};

/// The ids of a run and of one with a larger battery, in the store that workers read.
fn runs(bench: &Bench, sets: &[&str]) -> [String; 2] {
    let changed = [sets, &["battery.bess.e_nom_mwh=6"]].concat();
    [sets, &changed].map(|sets| {
        let folder = bench.run(&bench.variant(sets));
        folder.file_name().unwrap().to_str().unwrap().to_owned()
    })
}

#[test]
fn a_report_says_what_changed_and_what_it_did() {
    let bench = Bench::new();
    let [a, b] = runs(&bench, &[]);
    let folder = bench.in_shards(&report(&a, &b, "A <larger> battery"), 1);
    let text = fs::read(folder.join("comparison.json")).unwrap();
    let comparison: Comparison = serde_json::from_slice(&text).unwrap();
    assert_eq!((comparison.a.run.as_str(), comparison.b.run.as_str()), (a.as_str(), b.as_str()));
    let eue = comparison.metrics.iter().find(|metric| metric.name == "eue_mwh").unwrap();
    assert!(eue.distinguishable && eue.difference.value.unwrap() < 0.0);
    assert!(eue.variance_reduction.unwrap() > 1.0, "both met the same luck");
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    for part in ["A &lt;larger&gt; battery", "expected unserved energy", "battery.bess.e_nom_mwh", "95 % interval"] {
        assert!(page.contains(part), "{part}");
    }
    let alike = without_execution(&folder);
    fs::rename(&folder, bench.path("earlier")).unwrap();
    assert_eq!(without_execution(&bench.in_shards(&report(&a, &b, "A <larger> battery"), 1)), alike);
}

#[test]
fn a_run_that_stopped_early_is_compared_over_what_it_counted() {
    let bench = Bench::new();
    let stop = "monte_carlo.stop_at={ relative_standard_error = 0.05, of = \"lole_h\" }";
    let [a, b] = runs(&bench, &["monte_carlo.replicas=6000", stop]);
    let counted = |id: &str| Run::open(&bench.path("runs").join(id)).unwrap().manifest().replicas.unwrap();
    let job = bench.open(&report(&a, &b, "early")).unwrap();
    assert_eq!(job.cut(None)[0].end, 2 * counted(&a).min(counted(&b)));
}

#[test]
fn runs_that_cannot_be_compared_are_refused_when_opened() {
    let bench = Bench::new();
    let [a, _] = runs(&bench, &[]);
    let other = bench.run(&bench.variant(&["scenario.step=\"30min\""]));
    let shorter = other.file_name().unwrap().to_str().unwrap();
    let refused = |b: &str, hint: &str| {
        let error = bench.open(&report(&a, b, "no")).map(drop).unwrap_err();
        assert!(matches!(&error, JobError::Input(reason) if reason.contains(hint)), "{error}");
    };
    refused(shorter, "horizon");
    refused("0123456789abcdef", "is not a run");
}

#[test]
fn a_report_is_no_run_and_damage_is_seen() {
    let bench = Bench::new();
    let [a, b] = runs(&bench, &["monte_carlo.replicas=100"]);
    let submission = report(&a, &b, "small");
    let folder = bench.in_shards(&submission, 1);
    assert!(matches!(Run::open(&folder), Err(StoreError::NotFutures { .. })));
    let job = bench.open(&submission).unwrap();
    let mut shards = compute(&*job, &job.cut(None));
    shards[0][60] ^= 1;
    assert_eq!(merge(&*job, shards, &bench.path("other")), Err(JobError::Damaged { shard: 0 }));
    assert_eq!(job.partial(&mut std::iter::empty()).unwrap(), serde_json::json!({}));
    fs::write(folder.join("report.html"), "<p>").unwrap();
    assert!(job.stored(folder.parent().unwrap()).is_none());
    assert_ne!(scenario(&bench.variant(&[])).identity, submission.identity);
}

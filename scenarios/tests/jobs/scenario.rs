//! The folder of a scenario that was run in shards, against that of `run`.

use energyopti_scenarios::jobs::{JobError, kind, scenario};

use super::bench::{Bench, Stored, assert_same, compute, merge, with};

/// Runs the system with settings in one piece and in several numbers of shards.
fn same_in_any_shards(sets: &[&str]) {
    let bench = Bench::new();
    let variant = bench.variant(sets);
    let run = bench.run(&variant);
    for shards in [1, 2, 7, 64] {
        assert_same(&run, &bench.in_shards(&scenario(&variant), shards));
    }
}

#[test]
fn shards_make_the_folder_of_a_run() {
    same_in_any_shards(&[]);
}

#[test]
fn samples_come_in_order() {
    same_in_any_shards(&["outputs.keep=[\"samples\"]"]);
}

#[test]
fn a_run_that_stops_early_stops_at_the_same_future() {
    same_in_any_shards(&[
        "monte_carlo.replicas=6000",
        "monte_carlo.stop_at={ relative_standard_error = 0.05, of = \"lole_h\" }",
        "outputs.keep=[\"samples\", \"timeline\"]",
    ]);
}

#[test]
fn the_exact_method_is_one_shard() {
    let sets = ["monte_carlo.method=\"exact\"", "battery.bess.e_nom_mwh=0"];
    same_in_any_shards(&sets);
    let bench = Bench::new();
    let job = bench.open(&scenario(&bench.variant(&sets))).unwrap();
    assert_eq!(job.cut(Some(64)).as_slice(), std::slice::from_ref(&(0..1)));
}

#[test]
fn control_variates_narrow_a_merged_run_alike() {
    same_in_any_shards(&["monte_carlo.variance_reduction=\"control_variate\""]);
}

#[test]
fn questions_to_circuits_are_answered_when_shards_are_merged() {
    same_in_any_shards(&["quantum.tail_risk={ of = \"eue_mwh\", alpha = 0.9, qubits = 4 }"]);
}

#[test]
fn what_bound_is_kept() {
    same_in_any_shards(&["outputs.keep=[\"duals\"]", "grid.model=\"transport\"", "monte_carlo.replicas=200"]);
}

#[test]
fn the_payload_knows_nothing_of_where_it_came_from() {
    let bench = Bench::new();
    let submission = scenario(&bench.variant(&[]));
    let text = String::from_utf8(submission.payload).unwrap();
    let folder = bench.path("").display().to_string();
    assert!(!text.contains(&folder) && !text.contains("somewhere/of/mine") && !text.contains("threads"), "{text}");
    assert_eq!(submission.inputs.len(), 2);
}

#[test]
fn shards_after_the_stop_are_not_asked_for() {
    let bench = Bench::new();
    let stop = "monte_carlo.stop_at={ relative_standard_error = 0.05, of = \"lole_h\" }";
    let job = bench.open(&scenario(&bench.variant(&["monte_carlo.replicas=6000", stop]))).unwrap();
    let ranges = job.cut(Some(7));
    let judged = job.judged_after(&ranges);
    let ends: Vec<u64> = judged.iter().map(|count| ranges[usize::try_from(count - 1).unwrap()].end).collect();
    assert_eq!(ends, [1024, 2048, 4096]);
    let shards = compute(&*job, &ranges);
    let enough = |count: u64| {
        let first = shards.iter().take(usize::try_from(count).unwrap()).cloned();
        job.enough(&mut first.map(Ok)).unwrap()
    };
    let stop = judged.iter().copied().find(|count| enough(*count)).unwrap();
    let store = bench.path("store");
    let mut asked = 0;
    let mut counted = shards.iter().cloned().map(Ok).inspect(|_| asked += 1);
    let merged = with(1, |work| job.merge(&mut counted, &store, work)).unwrap();
    assert_eq!(asked, stop);
    let first: Vec<_> = shards[..usize::try_from(stop).unwrap()].to_vec();
    assert_eq!(merge(&*job, first, &bench.path("other")).unwrap(), merged);
    let too_few = shards[..usize::try_from(stop - 1).unwrap()].to_vec();
    let error = merge(&*job, too_few, &bench.path("none")).unwrap_err();
    assert!(matches!(error, JobError::Failed(_)) && job.stored(&bench.path("none")).is_none());
}

#[test]
fn some_shards_say_what_is_known_so_far() {
    let bench = Bench::new();
    let job = bench.open(&scenario(&bench.variant(&[]))).unwrap();
    let shards = compute(&*job, &job.cut(Some(4)));
    assert_eq!(job.partial(&mut std::iter::empty()).unwrap()["replicas"], 0);
    let some = job.partial(&mut [3, 1].map(|at: usize| Ok(shards[at].clone())).into_iter()).unwrap();
    assert_eq!((&some["replicas"], &some["metrics"]["lole_h"]["n"]), (&488.into(), &488.into()));
    let all = job.partial(&mut shards.into_iter().map(Ok)).unwrap();
    let run = bench.run(&bench.variant(&[]));
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(run.join("summary.json")).unwrap()).unwrap();
    assert_eq!(all, summary);
}

#[test]
fn cuts_begin_at_whole_groups_and_cover_every_future() {
    let bench = Bench::new();
    let job = bench.open(&scenario(&bench.variant(&["monte_carlo.replicas=100_001"]))).unwrap();
    for shards in [None, Some(1), Some(3), Some(1000), Some(u64::MAX)] {
        let ranges = job.cut(shards);
        assert!(ranges.iter().all(|range| range.start.is_multiple_of(64) && range.start < range.end));
        assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!((ranges[0].start, ranges.last().unwrap().end), (0, 100_001));
    }
    assert_eq!(job.cut(Some(1000)).len(), 1000);
    assert_eq!(job.cut(Some(u64::MAX)).len(), 1563);
}

#[test]
fn a_payload_of_another_engine_or_a_changed_one_is_refused() {
    let bench = Bench::new();
    let submission = scenario(&bench.variant(&[]));
    let text = String::from_utf8(submission.payload.clone()).unwrap();
    let inputs = submission.inputs.iter().map(|input| (input.sha256.clone(), input.bytes.clone())).collect();
    let files = Stored { inputs, runs: bench.path("runs") };
    let refused = |payload: &str, hint: &str| {
        let error = kind("scenario").unwrap().open(payload.as_bytes(), &files).map(drop).unwrap_err();
        assert!(matches!(&error, JobError::Input(reason) if reason.contains(hint)), "{error}");
        assert!(!error.is_retryable());
    };
    refused("{}", "no scenario");
    refused(&text.replace("\"p_nom_mw\":2.0", "\"p_nom_mw\":2.5"), "submit it again");
    refused(&text.replace("\"mttf_h\":", "\"mtff_h\":"), "mttf_h");
    refused(&text.replace("data/", "").replace("inputs/", "/etc/"), "did not come with the scenario");
    assert!(kind("forecast").is_err_and(|error| error.to_string().contains("scenario")));
}

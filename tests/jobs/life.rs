//! A job's life without mishaps: order, keys, answers from the store, sweeps, waiting, bad input.

use std::fs;

use serde_json::Value;

use crate::queue::on_each_database;
use crate::work::{Work, assert_undisturbed};

#[test]
fn submit_that_waits_answers_with_the_summary_of_the_run() {
    on_each_database(|queue| {
        let work = Work::years(256, 1);
        let _worker = queue.worker(&[]);
        let answer = queue.submitted(&work, &["--shards", "3", "--wait"]);
        let job = answer["job"].as_str().unwrap();
        queue.assert_succeeds(job, &work);
        let summary = fs::read(queue.stored(&work.runs(&queue.bench)[0]).join("summary.json")).unwrap();
        assert_eq!(answer["result"], serde_json::from_slice::<Value>(&summary).unwrap());
        assert_eq!((&answer["state"], &answer["progress"]), (&"succeeded".into(), &1.0.into()));
    });
}

#[test]
fn the_more_urgent_job_runs_first() {
    on_each_database(|queue| {
        let submit = |seed, priority| queue.submit(&Work::years(64, seed), &["--shards", "1", "--priority", priority]);
        let jobs = [submit(1, "0"), submit(2, "9"), submit(3, "5"), submit(4, "9")];
        assert_eq!(queue.worker(&["--until-idle", "--concurrency", "1"]).wait().code(), Some(0));
        let finished = |job: &String| queue.wait(job, "succeeded")["finished"].as_str().unwrap().to_owned();
        let mut order: Vec<usize> = (0..4).collect();
        order.sort_by_key(|&job| finished(&jobs[job]));
        assert_eq!(order, [1, 3, 2, 0]);
    });
}

#[test]
fn the_same_key_is_the_same_job_and_no_other() {
    on_each_database(|queue| {
        let work = Work::years(64, 1);
        let first = queue.submit(&work, &["--key", "monday"]);
        assert_eq!(queue.submit(&work, &["--key", "monday"]), first);
        let other = Work::years(64, 2).command("submit").join(" ");
        let other: Vec<&str> = other.split(' ').collect();
        queue.ask(&[&other[..], &["--key", "monday"]].concat()).assert_refused(2, &["monday"]);
        assert_ne!(queue.submit(&Work::years(64, 2), &["--key", "tuesday"]), first);
    });
}

/// A new queue also has its tables made by several at once.
#[test]
fn what_several_submit_at_the_same_moment_is_one_job() {
    on_each_database(|queue| {
        let work = Work::years(64, 1);
        let submit = [&work.command("submit")[..], &["--store", "runs", "--key", "once"]].concat();
        let mut submitters: Vec<_> = (0..6).map(|_| queue.process(&submit, &[])).collect();
        for submitter in &mut submitters {
            assert_eq!(submitter.wait().code(), Some(0), "{}", submitter.log());
        }
        assert_eq!(queue.json(&["jobs", "list"]).as_array().unwrap().len(), 1);
    });
}

/// No worker is there to compute the second one.
#[test]
fn the_same_run_is_answered_from_the_store() {
    on_each_database(|queue| {
        let work = Work::years(256, 1);
        queue.submit(&work, &["--shards", "2"]);
        assert_eq!(queue.worker(&["--until-idle"]).wait().code(), Some(0));
        let again = queue.submitted(&work, &["--shards", "4", "--wait"]);
        assert_eq!(again["state"], "succeeded", "{again}");
        assert!(again["result"]["metrics"].is_object(), "{again}");
        let anew = queue.submitted(&work, &["--fresh"]);
        assert_eq!(anew["state"], "queued", "{anew}");
    });
}

#[test]
fn a_sweep_is_a_job_with_one_below_it_for_each_variant() {
    on_each_database(|queue| {
        let sweep = "format = 1\nextends = \"rts79.toml\"\nmonte_carlo.replicas = 200\n[[sweep]]\n\
                     set = { \"load.system.peak_mw\" = [2850, 3000, 3100] }\n";
        queue.bench.write("sweep.toml", sweep);
        let work = Work::new(&["sweep.toml"]);
        let job = queue.submit(&work, &["--shards", "2"]);
        let _worker = queue.worker(&[]);
        let end = queue.wait(&job, "succeeded");
        let members = end["members"].as_array().unwrap();
        assert_eq!(members.len(), 3, "{end}");
        members.iter().for_each(|member| assert_eq!(member["state"], "succeeded", "{end}"));
        assert_undisturbed(&queue.bench, "runs", &work);
    });
}

/// A worker elsewhere has none of the submitter's files.
#[test]
fn a_job_needs_no_file_of_its_submitter() {
    on_each_database(|queue| {
        let work = Work::years(128, 1);
        let job = queue.submit(&work, &["--shards", "2"]);
        let kept = Work::FILES.map(|name| (name, fs::read(queue.bench.path(name)).unwrap()));
        kept.iter().for_each(|(name, _)| fs::remove_file(queue.bench.path(name)).unwrap());
        assert_eq!(queue.worker(&["--until-idle"]).wait().code(), Some(0));
        kept.iter().for_each(|(name, bytes)| fs::write(queue.bench.path(name), bytes).unwrap());
        queue.assert_succeeds(&job, &work);
    });
}

#[test]
fn bad_input_is_refused_at_submit_with_the_reason() {
    on_each_database(|queue| {
        queue.bench.write("bad.toml", "format = 1\n[scenario]\nname = \"x\"\nsteps = 0\n");
        queue.ask(&["submit", "bad.toml"]).assert_refused(2, &["bad.toml", "steps"]);
        queue.ask(&["submit", "missing.toml"]).assert_refused(2, &["missing.toml"]);
        queue.ask(&["submit", "rts79.toml", "--shards", "0"]).assert_refused(2, &["--shards"]);
        queue.ask(&["submit", "rts79.toml", "--timeout", "soon"]).assert_refused(2, &["--timeout", "soon"]);
        let elsewhere = queue.bench.ask(&["submit", "rts79.toml", "--queue", "mysql://nowhere/x"]);
        elsewhere.assert_refused(2, &["mysql", "sqlite:"]);
    });
}

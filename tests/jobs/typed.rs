//! What is typed and cannot be meant: amounts that would harm, options that would be ignored, places that are none.
//! Each is refused with the rule and what would be right, before anything is made.

use std::fs;

use crate::database::alter;
use crate::queue::Queue;
use crate::support::Answer;
use crate::work::Work;

const CIRCUIT: &str = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[1] q;\nbit[1] c;\nh q[0];\nc = measure q;\n";

/// Asserts that a command line is refused as bad input, and that nothing is left of it.
#[track_caller]
fn assert_refused_without_trace(queue: &Queue, line: &str, parts: &[&str]) {
    queue.ask(&line.split(' ').collect::<Vec<_>>()).assert_refused(2, parts);
    assert!(!queue.file().exists(), "{line}");
}

#[track_caller]
fn assert_done(answer: &Answer) {
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
}

#[test]
fn amounts_that_would_harm_are_refused_with_the_rule() {
    let queue = Queue::on_sqlite();
    for (line, parts) in [
        ("worker --until-idle --lease 1ms", ["--lease", "1ms", "at least 500ms"]),
        ("worker --until-idle --lease 499ms", ["--lease", "499ms", "at least 500ms"]),
        ("worker --until-idle --lease 87601h", ["--lease", "87601h", "ten years"]),
        ("worker --until-idle --lease -4s", ["--lease", "-4s", "more than nothing"]),
        ("worker --until-idle --grace 87601h", ["--grace", "87601h", "ten years"]),
        ("worker --until-idle --threads -1", ["--threads", "-1", "1..=1024"]),
        ("submit rts79.toml --timeout 2562047788015215h", ["--timeout", "2562047788015215h", "ten years"]),
        ("submit rts79.toml --timeout -1s", ["--timeout", "-1s", "more than nothing"]),
        ("submit rts79.toml --memory -1", ["--memory", "-1", "such as 2GB"]),
        ("submit rts79.toml --memory 0", ["--memory", "0", "at least one byte"]),
        ("submit rts79.toml --replicas -5", ["--replicas", "-5", "from 0 to"]),
        ("submit rts79.toml --shards -5", ["--shards", "-5", "1..=100000"]),
        ("submit rts79.toml --attempts -1", ["--attempts", "-1", "1..=1000"]),
        ("schedule add a rts79.toml --cron @daily --jitter 87601h", ["--jitter", "87601h", "ten years"]),
    ] {
        assert_refused_without_trace(&queue, line, &parts);
    }
}

#[test]
fn options_that_would_be_ignored_are_refused() {
    let queue = Queue::on_sqlite();
    queue.bench.write("coin.qasm", CIRCUIT);
    for (line, parts) in [
        ("submit --report a b --set a=b --replicas 5", ["--set, --replicas", "report"]),
        ("submit coin.qasm --variant x --method exact", ["--method, --variant", "--bindings"]),
        ("submit coin.qasm --set a=b", ["--set", "--bindings"]),
        ("submit rts79.toml --precision f32", ["--precision", "scenario"]),
        ("submit rts79.toml --shots 5", ["--shots", "scenario"]),
        ("schedule add a rts79.toml --cron @daily --key k", ["--key", "unexpected"]),
        ("jobs list --store x", ["--store", "unexpected"]),
        ("schedule list --store x", ["--store", "unexpected"]),
    ] {
        assert_refused_without_trace(&queue, line, &parts);
    }
    assert_done(&queue.ask(&["submit", "coin.qasm", "--shots", "5", "--precision", "f32"]));
}

#[test]
fn a_schedule_whose_runs_would_be_refused_is_refused() {
    let queue = Queue::on_sqlite();
    let add = ["schedule", "add", "tight", "rts79.toml", "--cron", "@daily", "--memory"];
    queue.ask(&[&add[..], &["1KB"]].concat()).assert_refused(2, &["raise --memory"]);
    assert_eq!(queue.json(&["schedule", "list"]).as_array().unwrap().len(), 0);
    assert_done(&queue.ask(&[&add[..], &["2GB"]].concat()));
    assert_eq!(queue.json(&["jobs", "list"]).as_array().unwrap().len(), 0, "looking at the next run queues none");
}

#[test]
fn one_schedule_that_cannot_be_read_hides_no_other() {
    let queue = Queue::on_sqlite();
    for name in ["broken", "sound"] {
        assert_done(&queue.ask(&["schedule", "add", name, "rts79.toml", "--cron", "@daily"]));
    }
    alter(&queue.file(), "UPDATE schedule SET spec = '{}' WHERE name = 'broken'");
    for format in ["text", "json"] {
        let answer = queue.ask(&["schedule", "list", "--format", format]);
        assert_eq!(answer.code, Some(1), "{}", answer.stderr);
        assert!(answer.stdout.contains("sound") && answer.stderr.contains("broken"), "{}", answer.stdout);
    }
}

#[test]
fn ids_of_a_schedules_runs_are_those_of_the_other_tables() {
    let queue = Queue::on_sqlite();
    assert_done(&queue.ask(&["schedule", "add", "often", "rts79.toml", "--cron", "@daily"]));
    assert_done(&queue.ask(&["schedule", "run-now", "often"]));
    let runs = queue.ask(&["schedule", "runs", "often"]).stdout;
    let (head, row) = runs.split_once('\n').unwrap();
    assert_eq!(head.find("state"), row.find("queued"), "{runs}");
}

#[test]
fn a_key_of_a_job_that_has_ended_is_told_as_such() {
    let queue = Queue::on_sqlite();
    let work = Work::years(64, 1);
    let submit = [&work.command("submit")[..], &["--key", "monday"]].concat();
    assert_done(&queue.ask(&submit));
    assert!(queue.ask(&submit).stdout.contains("under way already"));
    let job = queue.submit(&work, &[]);
    assert_done(&queue.ask(&["jobs", "cancel", &job]));
    let again = queue.ask(&submit);
    assert!(again.stdout.contains("has ended") && !again.stdout.contains("under way"), "{}", again.stdout);
}

#[test]
fn places_that_are_none_are_refused_and_nothing_is_made_there() {
    let queue = Queue::on_sqlite();
    let job = queue.submit(&Work::years(64, 1), &[]);
    queue.bench.write("file", "a file");
    queue.ask(&["restore", "file"]).assert_refused(2, &["is a file", "energyopti backup"]);
    queue.ask(&["jobs", "show", &job, "--store", "file"]).assert_refused(2, &["is a file", "a folder"]);
    for command in [&["jobs", "show", &job][..], &["backup", "kept"], &["worker", "--until-idle"]] {
        queue
            .ask(&[command, &["--store", "elsewhere"]].concat())
            .assert_refused(2, &["elsewhere", "leave --store out"]);
        assert!(!queue.bench.path("elsewhere").exists(), "{command:?}");
    }
    let other = ["submit", "rts79.toml", "--queue", "sqlite:other.db", "--store", "file"];
    queue.bench.ask(&other).assert_refused(2, &["is a file", "a folder"]);
}

#[test]
fn a_backup_does_not_go_into_the_store() {
    let queue = Queue::on_sqlite();
    queue.submit(&Work::years(64, 1), &[]);
    for folder in ["runs/kept", "./file/../runs/deep/kept"] {
        queue.ask(&["backup", folder]).assert_refused(2, &["result store", "outside"]);
    }
    assert!(!fs::exists(queue.stored("kept")).unwrap() && !fs::exists(queue.stored("deep")).unwrap());
    assert_done(&queue.ask(&["backup", "kept"]));
}

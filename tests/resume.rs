//! A run that is killed or stopped half-way leaves no half-written run, and the same command ends it
//! with the bytes of a run that nobody disturbed.
//!
//! Unix only: the tests send signals and look at hard links. They wait for files, never for a length
//! of time; where the program is done before it is caught, they take more replicas.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::{Answer, Bench, assert_same_files};

/// A store with a run in it that takes some seconds.
struct Trial {
    bench: Bench,
    replicas: String,
    run: String,
}

/// Repeats `trial` with twice the replicas until it was quick enough to catch the program at work.
fn until_caught(trial: impl Fn(&Trial) -> Option<()>) {
    for replicas in (0..8).map(|doubling| 8000_u64 << doubling) {
        let bench = Bench::new();
        bench.copy(&["rts79.toml", "rts79_storage.toml", "rts79_wind.csv", "rts79_solar.csv"]);
        let mut found = Trial { bench, replicas: replicas.to_string(), run: String::new() };
        let validated = found.bench.json(&[&["validate"], &found.arguments()[1..], &["--format", "json"]].concat());
        validated["variants"][0]["run"].as_str().unwrap().clone_into(&mut found.run);
        if trial(&found).is_some() {
            return;
        }
    }
    panic!("the program was always done before it could be caught");
}

impl Trial {
    fn arguments(&self) -> [&str; 6] {
        let keep = "outputs.keep=[\"timeline\", \"samples\"]";
        ["run", "rts79_storage.toml", "--replicas", &self.replicas, "--set", keep]
    }

    fn start(&self, options: &[&str]) -> Child {
        let mut command = self.bench.command(&[&self.arguments(), options, &["--out", "runs"]].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The folder of what is finished of the run.
    fn finished(&self) -> PathBuf {
        self.bench.path("runs").join(format!(".resume-{}", self.run))
    }

    /// Waits until the program has saved a state that is not `earlier`; `None` where it ended first.
    fn next_state(&self, child: &mut Child, earlier: Option<&[u8]>) -> Option<Vec<u8>> {
        let given_up = Instant::now() + Duration::from_mins(5);
        while child.try_wait().unwrap().is_none() {
            if let Ok(state) = fs::read(self.finished().join("state"))
                && earlier != Some(&state)
            {
                return Some(state);
            }
            assert!(Instant::now() < given_up, "no state in five minutes");
            sleep(Duration::from_millis(2));
        }
        None
    }

    /// First replicas of the pieces of samples on disk.
    fn pieces(&self) -> Vec<u64> {
        let names = fs::read_dir(self.finished()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter_map(|name| name.to_str()?.strip_prefix("samples-")?.parse().ok()).collect()
    }

    fn assert_no_run(&self) {
        assert!(self.bench.runs("runs").is_empty(), "{:?}", self.bench.entries("runs"));
    }

    /// Ends the run and compares it with an undisturbed one, in a store of its own.
    fn assert_same_as_undisturbed(&self, options: &[&str]) {
        let end = Answer::of(self.start(options).wait_with_output().unwrap());
        assert_eq!(end.code, Some(0), "{}", end.stderr);
        let whole = self.bench.ask(&[&self.arguments()[..], &["--out", "undisturbed"]].concat());
        assert_eq!(whole.code, Some(0), "{}", whole.stderr);
        assert_eq!(self.bench.runs("runs"), [self.run.as_str()]);
        assert_same_files(&self.bench, "runs", "undisturbed");
        assert_eq!(self.bench.entries("runs"), [self.run.as_str()], "nothing else is left");
    }
}

/// Killed twice, with other threads and chunks each time. The first piece of samples has a second
/// hard link: a run that began anew would have put another file in its place.
#[test]
fn a_run_killed_twice_ends_with_the_bytes_of_an_undisturbed_one() {
    until_caught(|trial| {
        let witness = trial.bench.path("witness");
        let mut first = trial.start(&["--threads", "1", "--chunk", "64"]);
        let state = trial.next_state(&mut first, None)?;
        first.kill().unwrap();
        if first.wait().unwrap().signal() != Some(9) {
            return None;
        }
        trial.assert_no_run();
        assert!(trial.pieces().contains(&0));
        fs::hard_link(trial.finished().join("samples-0"), &witness).unwrap();

        let after_first = fs::read(trial.finished().join("state")).unwrap();
        assert!(state.len() > 1000 && after_first.len() > 1000);
        let before = trial.pieces().len();
        let mut second = trial.start(&["--threads", "2", "--chunk", "200"]);
        trial.next_state(&mut second, Some(&after_first))?;
        second.kill().unwrap();
        if second.wait().unwrap().signal() != Some(9) {
            return None;
        }
        trial.assert_no_run();
        assert!(trial.pieces().len() > before, "the second process went on");
        assert_eq!(fs::metadata(&witness).unwrap().nlink(), 2, "and did not begin anew");

        trial.assert_same_as_undisturbed(&["--threads", "1", "--chunk", "1000"]);
        assert_eq!(fs::metadata(&witness).unwrap().nlink(), 1);
        Some(())
    });
}

fn stopped_by(signal: &str) {
    until_caught(|trial| {
        let mut child = trial.start(&["--threads", "1", "--chunk", "64"]);
        trial.next_state(&mut child, None)?;
        // The shell's own `kill`, which every Unix has.
        let kill = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let answer = Answer::of(child.wait_with_output().unwrap());
        if answer.code == Some(0) {
            return None;
        }
        answer.assert_refused(1, &["error: stopped", "the same command goes on from there"]);
        assert_eq!(answer.stderr.lines().count(), 1, "{}", answer.stderr);
        trial.assert_no_run();
        assert_eq!(trial.bench.entries("runs"), [format!(".resume-{}", trial.run)], "no draft is left");
        trial.assert_same_as_undisturbed(&[]);
        Some(())
    });
}

#[test]
fn ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on() {
    stopped_by("INT");
}

#[test]
fn a_request_to_end_is_heard_like_ctrl_c() {
    stopped_by("TERM");
}

/// Computing anew must not cost the run that is there already.
#[test]
fn a_fresh_run_that_is_killed_leaves_the_earlier_one_whole() {
    until_caught(|trial| {
        let whole = Answer::of(trial.start(&[]).wait_with_output().unwrap());
        assert_eq!(whole.code, Some(0), "{}", whole.stderr);
        let mut fresh = trial.start(&["--fresh", "--threads", "1", "--chunk", "64"]);
        trial.next_state(&mut fresh, None)?;
        fresh.kill().unwrap();
        if fresh.wait().unwrap().signal() != Some(9) {
            return None;
        }
        let again = Answer::of(trial.start(&[]).wait_with_output().unwrap());
        assert_eq!(again.code, Some(0), "{}", again.stderr);
        assert!(again.stdout.contains("(from the store"), "{}", again.stdout);
        Some(())
    });
}

/// Two of the same command at once: neither disturbs the other, and one whole run remains.
#[test]
fn two_processes_at_the_same_run_both_end_with_it() {
    until_caught(|trial| {
        let mut first = trial.start(&["--format", "json", "--threads", "1", "--chunk", "64"]);
        trial.next_state(&mut first, None)?;
        let second = trial.start(&["--format", "json", "--threads", "1", "--chunk", "128"]);
        let answers = [first, second].map(|child| Answer::of(child.wait_with_output().unwrap()));
        for answer in &answers {
            assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
        }
        assert_eq!(answers[0].stdout, answers[1].stdout);
        trial.assert_same_as_undisturbed(&[]);
        Some(())
    });
}

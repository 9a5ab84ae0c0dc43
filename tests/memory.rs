//! Memory does not grow with the number of futures.
//!
//! Peak resident memory as the kernel keeps it (`VmHWM` of `/proc/PID/status`), read until the program
//! ends. Where there is no `/proc` the test has nothing to read, says so, and passes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that was skipped must say so")]

mod support;

use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use support::{Bench, library, usually_or_nightly};

/// Peak resident memory of a run, in kilobytes. The usual counts are cut into smaller chunks, so that
/// the short run, too, has a few of them.
fn peak_kb(replicas: u64) -> u64 {
    let bench = Bench::new();
    let file = library("rts79_storage.toml");
    let (replicas, chunk) = (replicas.to_string(), usually_or_nightly(512, 4096).to_string());
    let options = ["--replicas", &replicas, "--chunk", &chunk, "--threads", "2"];
    let mut command = bench.command(&[&["run", file.to_str().unwrap()], &options[..]].concat());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        // A program that has just ended has a status without memory.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let found = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0);
        peak = peak.max(found);
        sleep(Duration::from_millis(1));
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(bench.runs("runs").len(), 1);
    peak
}

/// Ten times the futures, the same memory within 10 %, and below 300 MB.
#[test]
fn ten_times_the_futures_take_no_more_memory() {
    if !Path::new("/proc/self/status").exists() {
        eprintln!("skipped: no /proc to read peak memory from");
        return;
    }
    let replicas = usually_or_nightly(3000, 10_000);
    let (few, many) = (peak_kb(replicas), peak_kb(10 * replicas));
    assert!(few > 4096, "{few} kB is no program");
    assert!(many.abs_diff(few) * 10 <= few, "{few} kB for {replicas} futures, {many} kB for ten times as many");
    assert!(few.max(many) < 300 * 1024, "{few} kB, {many} kB");
}

//! What a worker tells a monitor.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::luck::until;
use crate::queue::on_each_database;
use crate::work::Work;

/// Series of a worker that has seen nothing yet.
const FROM_THE_START: [&str; 14] = [
    "energyopti_shards_total 0",
    "energyopti_shard_failures_total 0",
    "energyopti_jobs_merged_total 0",
    "energyopti_schedule_instants_total{outcome=\"submitted\"} 0",
    "energyopti_schedule_instants_total{outcome=\"skipped\"} 0",
    "energyopti_schedule_instants_total{outcome=\"failed\"} 0",
    "energyopti_shard_seconds_bucket{le=\"1\"} 0",
    "energyopti_shard_seconds_count 0",
    "energyopti_queue_jobs{state=\"queued\"} 0",
    "energyopti_queue_jobs{state=\"running\"} 0",
    "energyopti_queue_jobs{state=\"failed\"} 0",
    "energyopti_queue_jobs{state=\"dead-letter\"} 0",
    "energyopti_queue_shards{state=\"waiting\"} 0",
    "energyopti_queue_shards{state=\"running\"} 0",
];

#[test]
fn jobs_are_told_in_every_state_whoever_brought_them_there() {
    on_each_database(|queue| {
        let (done, left) = (Work::years(256, 1), Work::years(256, 2));
        let left = queue.submit(&left, &["--shards", "4"]);
        assert_eq!(queue.ask(&["jobs", "cancel", &left]).code, Some(0));
        let address = free_address();
        let _worker = queue.worker(&["--metrics", &address]);
        let told = wait_for(&address, &["energyopti_queue_jobs{state=\"cancelled\"} 1"]);
        for line in FROM_THE_START {
            assert!(has(&told, line), "{line} is missing: {told}");
        }
        for name in told.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let name = name.split(' ').next().unwrap();
            assert!(told.contains(&format!("# HELP {name} ")), "{name} is not explained: {told}");
        }
        assert!(told.contains("# TYPE energyopti_shard_seconds histogram"), "{told}");

        let job = queue.submit(&done, &["--shards", "4"]);
        queue.wait(&job, "succeeded");
        let expected = [
            "energyopti_queue_jobs{state=\"succeeded\"} 1",
            "energyopti_queue_jobs{state=\"cancelled\"} 1",
            "energyopti_jobs_merged_total 1",
            "energyopti_shards_total 4",
            "energyopti_shard_seconds_count 4",
        ];
        wait_for(&address, &expected);
    });
}

/// An address that nobody listens at.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// Reads metrics until all of `lines` are told.
fn wait_for(address: &str, lines: &[&str]) -> String {
    let look = || read(address).filter(|told| lines.iter().all(|line| has(told, line)));
    until(|| format!("{lines:?} are not told: {:?}", read(address)), look)
}

fn has(told: &str, line: &str) -> bool {
    told.lines().any(|other| other == line)
}

/// What is told at an address; nothing while nobody listens.
fn read(address: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").ok()?;
    let mut told = String::new();
    stream.read_to_string(&mut told).ok()?;
    Some(told)
}

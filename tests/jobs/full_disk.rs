//! The store's disk is full: nothing torn is left, and the job goes on once there is space.
//!
//! The disk is a small file system in memory, which needs root; elsewhere the test says that it was
//! left out.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::luck::until;
use crate::queue::on_each_database;
use crate::work::Work;

/// A small disk.
struct Disk {
    at: PathBuf,
}

impl Disk {
    /// None, and said so, where this is not allowed.
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=16m", "tmpfs"];
        let mounted = Command::new("mount").args(options).arg(at).output().is_ok_and(|end| end.status.success());
        if !mounted {
            eprintln!("skipped: only root may make a small disk");
        }
        mounted.then(|| Self { at: at.to_owned() })
    }

    /// Fills it but for `free` bytes.
    fn fill(&self, free: u64) {
        let path = self.at.join("ballast");
        let mut ballast = File::create(&path).unwrap();
        while ballast.write(&[0; 4096]).is_ok_and(|n| n > 0) {}
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub(free)).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.at.join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // At the end of a test that failed a worker may still be in it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

#[test]
fn a_full_disk_tears_no_result_and_the_job_goes_on_once_there_is_space() {
    on_each_database(|queue| {
        let Some(disk) = Disk::mount(&queue.stored("")) else { return };
        disk.fill(0);
        let (store, first) = (queue.stored(""), Work::years(64, 1));
        let full = [&first.command("submit")[..], &["--store", store.to_str().unwrap()]].concat();
        queue.ask(&full).assert_refused(1, &["space"]);
        // A worker does not mind; what submissions read is there from the first one on.
        let mut worker = queue.worker(&[]);
        until(|| worker.log(), || worker.log().contains("working").then_some(()));
        disk.free();
        queue.submit(&first, &[]);

        for (free, seed) in [0, 4096, 65_536].into_iter().zip(2..) {
            let work = Work::forty_shards(seed);
            let earlier = worker.log().len();
            disk.fill(free);
            let job = queue.submit(&work, &["--shards", "40", "--attempts", "1000"]);
            until(|| worker.log(), || worker.log()[earlier..].contains("space").then_some(()));
            assert!(!queue.ended(&job), "{}", queue.show(&job));
            worker.assert_alive();
            disk.free();
            queue.assert_succeeds(&job, &work);
        }
    });
}

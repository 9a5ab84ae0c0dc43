//! A worker or scheduler process and what befalls it. Its log goes to a file, which a failing test shows.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};

use crate::luck::until;

/// A process that is killed when it is dropped.
pub struct Worker {
    child: Child,
    log: PathBuf,
}

impl Worker {
    /// Starts it; what it prints goes to the file `log`.
    pub fn start(mut command: Command, log: PathBuf) -> Self {
        let file = File::create(&log).unwrap();
        let child = command.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        Self { child, log }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Sends a signal by its name, with the shell's own `kill`, which every Unix has.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success(), "{kill}");
    }

    /// SIGKILL, at once; it must have lived until then.
    #[track_caller]
    pub fn kill(&mut self) {
        self.assert_alive();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let log = self.log.clone();
        until(
            || format!("the process goes on: {}", fs::read_to_string(&log).unwrap()),
            || self.child.try_wait().unwrap(),
        )
    }

    /// Waits until a fault point ends it.
    #[track_caller]
    pub fn assert_aborts(&mut self) {
        let status = self.wait();
        assert_eq!(status.signal(), Some(6), "{status}: {}", self.log());
    }

    /// SIGTERM, upon which it ends in order.
    #[track_caller]
    pub fn assert_drains(&mut self) {
        self.assert_alive();
        self.signal("TERM");
        let status = self.wait();
        assert_eq!(status.code(), Some(0), "{status}: {}", self.log());
    }

    #[track_caller]
    pub fn assert_alive(&mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended by itself with {ended:?}: {}", self.log());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}:\n{}", self.log.display(), self.log());
        }
    }
}

//! Commands that only look: they change nothing, make nothing, and need no right but to read.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::database::alter;
use crate::queue::Queue;
use crate::support::Answer;
use crate::work::{Work, below};

/// A user with no rights of its own, as which root looks.
const NOBODY: u32 = 65_534;
/// Commands that read a queue, or refuse what is none.
const LOOKS: [&str; 10] = [
    "jobs list",
    "jobs events",
    "jobs watch",
    "jobs show 0",
    "jobs cancel 0",
    "jobs retry 0",
    "schedule list",
    "schedule runs a",
    "schedule pause a",
    "backup kept",
];

/// Every file with its content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    below(folder).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn what_is_no_queue_stays_as_it_is() {
    let queue = Queue::on_sqlite();
    fs::write(queue.bench.path("empty.db"), "").unwrap();
    fs::write(queue.bench.path("text.db"), "not a database\n".repeat(100)).unwrap();
    alter(&queue.bench.path("other.db"), "CREATE TABLE job (id TEXT); INSERT INTO job VALUES ('0')");
    alter(&queue.bench.path("migrated.db"), "CREATE TABLE _sqlx_migrations (version BIGINT)");
    let before = contents(&queue.bench.path(""));
    for look in LOOKS {
        for (name, part) in [
            ("empty.db", "holds no queue"),
            ("other.db", "holds no queue"),
            ("migrated.db", "holds no queue"),
            ("text.db", "not a database"),
            ("missing.db", "energyopti submit"),
        ] {
            let url = format!("sqlite:{name}");
            let line: Vec<&str> = look.split(' ').chain(["--queue", &url]).collect();
            queue.bench.ask(&line).assert_refused(2, &[name, part]);
        }
    }
    let submit = ["submit", "rts79.toml", "--queue", "sqlite:other.db"];
    queue.bench.ask(&submit).assert_refused(2, &["other.db", "holds no queue"]);
    assert_eq!(contents(&queue.bench.path("")), before);
}

#[test]
fn a_database_without_a_queue_gets_none_by_a_look() {
    let Some(queue) = Queue::on_postgresql(false) else { return };
    for look in LOOKS {
        queue.ask(&look.split(' ').collect::<Vec<_>>()).assert_refused(2, &["holds no queue"]);
    }
    let job = queue.submit(&Work::years(64, 1), &[]);
    assert_eq!(queue.json(&["jobs", "list"])[0]["job"], job);
    assert_eq!(queue.show(&job)["state"], "queued");
}

/// The program as a user who may only read the folder; `None`, and said so, where no such user can be had.
struct Reader {
    program: PathBuf,
    folder: PathBuf,
}

impl Reader {
    fn of(queue: &Queue) -> Option<Self> {
        let folder = queue.bench.path("");
        // Whoever is not root may not reach the program where it was built.
        let program = queue.bench.path("energyopti");
        let built = env!("CARGO_BIN_EXE_energyopti");
        if !program.exists() {
            fs::hard_link(built, &program).or_else(|_| fs::copy(built, &program).map(drop)).unwrap();
        }
        let reader = Self { program, folder };
        reader.allow(0o555, 0o444);
        let runs = reader.command(&["--version"]).output().is_ok_and(|output| output.status.success());
        let writes = reader.command(&["init", "mine.toml"]).output().is_ok_and(|output| output.status.success());
        if !runs || writes {
            eprintln!("skipped: there is no user here who may only read");
        }
        (runs && !writes).then_some(reader)
    }

    /// Sets the rights of all folders and files but the program.
    fn allow(&self, folders: u32, files: u32) {
        let mut all = vec![self.folder.clone()];
        while let Some(path) = all.pop() {
            let is_folder = path.is_dir();
            let rights = if is_folder { folders } else { files };
            if is_folder {
                all.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            if path != self.program {
                fs::set_permissions(&path, fs::Permissions::from_mode(rights)).unwrap();
            }
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).args(arguments);
        if fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0) {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn ask(&self, line: &str) -> Answer {
        let line: Vec<&str> = line.split(' ').chain(["--queue", "sqlite:jobs.db"]).collect();
        Answer::of(self.command(&line).output().unwrap())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.allow(0o755, 0o644);
    }
}

#[test]
fn to_look_the_right_to_read_is_enough() {
    let queue = Queue::on_sqlite();
    let job = queue.submit(&Work::years(64, 1), &[]);
    let answer = queue.ask(&["schedule", "add", "daily", "rts79.toml", "--cron", "@daily"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    // With the database's own files beside it, as while somebody works, and without.
    for beside in [true, false] {
        if !beside {
            alter(&queue.file(), "PRAGMA wal_checkpoint(TRUNCATE)");
            assert!(!queue.bench.path("jobs.db-wal").exists());
        }
        let Some(reader) = Reader::of(&queue) else { return };
        let before = contents(&queue.bench.path(""));
        for (line, part) in [
            ("jobs list", "queued"),
            (&format!("jobs show {job}"), job.as_str()),
            ("jobs events", "job.queued"),
            ("schedule list", "daily"),
            ("schedule next daily", "Z"),
        ] {
            let answer = reader.ask(line);
            assert_eq!(answer.code, Some(0), "{line}: {}", answer.stderr);
            assert!(answer.stdout.contains(part), "{line}: {}", answer.stdout);
        }
        assert!(contents(&queue.bench.path("")) == before, "a look changed something");
        if !beside {
            reader.ask("jobs watch").assert_refused(2, &["write to the folder", "-shm"]);
        }
    }
    assert_eq!(queue.state(&job), "queued");
}

//! The tables as a backup knows them, and a row as a line of JSON: numbers, texts, and bytes in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::QueueError;
use crate::queue::Query;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Bytes,
}

/// A table of the queue.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
    /// Which rows are saved: all, unless they are about where the queue is.
    pub which: &'static str,
    /// In which order.
    pub order: &'static str,
}

use Kind::{Bytes, Number, Text};

/// Every table that is saved, in the order in which they are restored: jobs before their shards.
pub const TABLES: [Table; 8] = [
    // Where the results live is said anew at the restore.
    Table { name: "queue", columns: &[("name", Text), ("value", Text)], which: "name <> 'store'", order: "name" },
    Table {
        name: "job",
        columns: &[
            ("id", Text),
            ("kind", Text),
            ("version", Number),
            ("identity", Text),
            ("title", Text),
            ("unit", Text),
            ("seed", Number),
            ("payload", Bytes),
            ("asked", Number),
            ("state", Text),
            ("priority", Number),
            ("attempts", Number),
            ("timeout_ms", Number),
            ("memory_bytes", Number),
            ("submitted_ms", Number),
            ("started_ms", Number),
            ("finished_ms", Number),
            ("shards", Number),
            ("units", Number),
            ("done", Number),
            ("lost", Number),
            ("lost_ms", Number),
            ("schedule", Text),
            ("due_ms", Number),
            ("reused", Number),
            ("fresh", Number),
            ("folder", Text),
            ("result", Text),
            ("error", Text),
        ],
        which: "1 = 1",
        order: "id",
    },
    Table { name: "request", columns: &[("key", Text), ("job", Text)], which: "1 = 1", order: "key" },
    Table {
        name: "member",
        columns: &[("parent", Text), ("position", Number), ("child", Text), ("label", Text), ("joined", Number)],
        which: "1 = 1",
        order: "parent, position",
    },
    Table {
        name: "shard",
        columns: &[
            ("job", Text),
            ("number", Number),
            ("priority", Number),
            ("first", Number),
            ("beyond", Number),
            ("state", Text),
            ("ready_ms", Number),
            ("epoch", Number),
            ("failures", Number),
            ("worker", Text),
            ("leased_ms", Number),
            ("lease_until_ms", Number),
            ("progress", Number),
            ("hash", Text),
            ("bytes", Number),
            ("committed_ms", Number),
        ],
        which: "1 = 1",
        order: "job, number",
    },
    Table {
        name: "schedule",
        columns: &[
            ("name", Text),
            ("spec", Text),
            ("created_ms", Number),
            ("handled_ms", Number),
            ("passed_over", Number),
            ("paused", Number),
        ],
        which: "1 = 1",
        order: "name",
    },
    Table {
        name: "instant",
        columns: &[
            ("schedule", Text),
            ("due_ms", Number),
            ("state", Text),
            ("job", Text),
            ("ready_ms", Number),
            ("report", Text),
            ("difference", Text),
        ],
        which: "1 = 1",
        order: "schedule, due_ms",
    },
    Table {
        name: "event",
        columns: &[
            ("number", Number),
            ("at_ms", Number),
            ("name", Text),
            ("job", Text),
            ("schedule", Text),
            ("due_ms", Number),
            ("body", Text),
        ],
        which: "1 = 1",
        order: "number",
    },
];

/// A row as an object.
pub type Line = Map<String, Value>;

impl Table {
    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// All its rows, in order.
    pub fn select(&self) -> Query {
        let text = format!("SELECT {} FROM {} WHERE {} ORDER BY {}", self.names(), self.name, self.which, self.order);
        // Names of this file, nothing else.
        sqlx::query(sqlx::AssertSqlSafe(text))
    }

    /// The number of its rows.
    pub fn count(&self) -> Query {
        sqlx::query(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {} WHERE {}", self.name, self.which)))
    }

    /// A row of [`select`](Self::select) as a line.
    pub fn line(&self, row: &AnyRow) -> Result<Line, QueueError> {
        let mut line = Map::new();
        for (index, (name, kind)) in self.columns.iter().enumerate() {
            let value: Value = match kind {
                Text => row.try_get::<Option<String>, _>(index)?.into(),
                Number => row.try_get::<Option<i64>, _>(index)?.into(),
                Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(|bytes| STANDARD.encode(bytes)).into(),
            };
            line.insert((*name).to_owned(), value);
        }
        Ok(line)
    }

    /// Puts lines into the table. An error says what a line lacks.
    pub fn insert(&self, lines: &[Line]) -> Result<Query, String> {
        let width = self.columns.len();
        let row = |index: usize| {
            let places: Vec<_> = (1..=width).map(|column| format!("${}", index * width + column)).collect();
            format!("({})", places.join(", "))
        };
        let values = (0..lines.len()).map(row).collect::<Vec<_>>().join(", ");
        let text = format!("INSERT INTO {} ({}) VALUES {values}", self.name, self.names());
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
        for line in lines {
            for (name, kind) in self.columns {
                let wrong = || format!("`{name}` of a row of `{}` is missing or of another sort", self.name);
                let value = line.get(*name).ok_or_else(wrong)?;
                query = match (kind, value) {
                    (Text, Value::Null) => query.bind(None::<String>),
                    (Number, Value::Null) => query.bind(None::<i64>),
                    (Bytes, Value::Null) => query.bind(None::<Vec<u8>>),
                    (Text, Value::String(text)) => query.bind(text.clone()),
                    (Bytes, Value::String(text)) => query.bind(STANDARD.decode(text).map_err(|_| wrong())?),
                    (Number, value) => query.bind(value.as_i64().ok_or_else(wrong)?),
                    _ => return Err(wrong()),
                };
            }
        }
        Ok(query)
    }
}

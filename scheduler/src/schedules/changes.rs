//! What people change of a schedule.

use sqlx::Row;

use crate::QueueError;
use crate::queue::{Cancel, Change, Connection, sql};

pub(super) struct Add {
    pub name: String,
    pub spec: String,
    pub since_ms: i64,
}

impl Change for Add {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let statement = sql("INSERT INTO schedule (name, spec, created_ms, handled_ms, passed_over, paused) \
                             VALUES ($1, $2, $3, $3, 0, 0) ON CONFLICT (name) DO NOTHING");
        let statement = statement.bind(self.name.clone()).bind(self.spec.clone()).bind(self.since_ms);
        if to.execute(statement).await? == 1 {
            return Ok(());
        }
        // Its answer may have been lost.
        let query = sql("SELECT name FROM schedule WHERE name = $1 AND spec = $2 AND created_ms = $3");
        let query = query.bind(self.name.clone()).bind(self.spec.clone()).bind(self.since_ms);
        match to.row(query).await? {
            Some(_) => Ok(()),
            None => Err(QueueError::ScheduleTaken { name: self.name.clone() }),
        }
    }
}

pub(super) struct Pause {
    pub name: String,
}

impl Change for Pause {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let statement = sql("UPDATE schedule SET paused = 1 WHERE name = $1").bind(self.name.clone());
        some(to.execute(statement).await?, &self.name)
    }
}

pub(super) struct Resume {
    pub name: String,
    pub now_ms: i64,
}

impl Change for Resume {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let statement = sql("UPDATE schedule SET paused = 0, handled_ms = CASE WHEN paused = 1 AND handled_ms < $2 \
                             THEN $2 ELSE handled_ms END WHERE name = $1");
        some(to.execute(statement.bind(self.name.clone()).bind(self.now_ms)).await?, &self.name)
    }
}

pub(super) struct Remove {
    pub name: String,
}

impl Change for Remove {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let statement = sql("DELETE FROM schedule WHERE name = $1").bind(self.name.clone());
        some(to.execute(statement).await?, &self.name)?;
        // Nobody would let them go.
        let query = sql("SELECT job FROM instant WHERE schedule = $1 AND state = 'waiting'").bind(self.name.clone());
        for row in to.rows(query).await? {
            Cancel { job: row.try_get(0)? }.apply(to).await?;
        }
        to.execute(sql("DELETE FROM instant WHERE schedule = $1").bind(self.name.clone())).await?;
        Ok(())
    }
}

fn some(touched: u64, name: &str) -> Result<(), QueueError> {
    if touched == 0 { Err(QueueError::NoSchedule { name: name.to_owned() }) } else { Ok(()) }
}

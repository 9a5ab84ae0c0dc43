//! Jobs that are made of others: what follows for a whole from the ends of its members.
//!
//! On `PostgreSQL` rows are taken before they are judged, members before their whole: of two that end together
//! the second sees the first. On `SQLite` whoever writes is alone.

use sqlx::Row;

use super::database::{Connection, Dialect, sql};
use super::event::{self, Happening};
use super::job::{JobState, count};
use crate::QueueError;

/// Notes a job as member of a whole; `joined` where it was there before.
pub(super) async fn add(
    to: &mut Connection<'_>,
    whole: &str,
    position: usize,
    (child, joined): (&str, bool),
    label: &str,
) -> Result<(), QueueError> {
    let statement = sql("INSERT INTO member (parent, position, child, label, joined) VALUES ($1, $2, $3, $4, $5)");
    let statement = statement.bind(whole.to_owned()).bind(count(position as u64)).bind(child.to_owned());
    to.execute(statement.bind(label.to_owned()).bind(i64::from(joined))).await?;
    Ok(())
}

/// Judges a whole whose members may have ended before it knew them.
pub(super) async fn settle_new(to: &mut Connection<'_>, whole: &str) -> Result<(), QueueError> {
    if to.dialect == Dialect::Postgres {
        let query = sql("SELECT id FROM job WHERE id IN (SELECT child FROM member WHERE parent = $1) \
                         ORDER BY id FOR UPDATE");
        to.rows(query.bind(whole.to_owned())).await?;
    }
    settle(to, whole).await
}

/// Ends the jobs of which `member` was the last member under way.
pub(super) async fn settle_those_of(to: &mut Connection<'_>, member: &str) -> Result<(), QueueError> {
    let query = sql("SELECT DISTINCT parent FROM member WHERE child = $1 ORDER BY parent").bind(member.to_owned());
    for row in to.rows(query).await? {
        settle(to, row.try_get(0)?).await?;
    }
    Ok(())
}

/// Ends a whole as its worst member did, once all have ended.
async fn settle(to: &mut Connection<'_>, whole: &str) -> Result<(), QueueError> {
    if to.dialect == Dialect::Postgres {
        to.rows(sql("SELECT id FROM job WHERE id = $1 FOR UPDATE").bind(whole.to_owned())).await?;
    }
    let query = sql("SELECT j.state FROM member m JOIN job j ON j.id = m.child WHERE m.parent = $1");
    let rows = to.rows(query.bind(whole.to_owned())).await?;
    let states: Vec<JobState> = rows.iter().map(|row| JobState::parse(row.try_get(0)?)).collect::<Result<_, _>>()?;
    let Some(worst) = states.iter().max().filter(|_| states.iter().all(|state| state.is_final())) else {
        return Ok(());
    };
    let statement = sql("UPDATE job SET state = $2, finished_ms = $3 WHERE id = $1 AND state = 'running'");
    if to.execute(statement.bind(whole.to_owned()).bind(worst.name()).bind(to.now_ms)).await? == 0 {
        return Ok(());
    }
    let name = format!("job.{}", worst.name());
    event::note(to, &Happening::of_job(&name, whole, None)).await
}

/// The members of a whole.
pub(super) async fn members(to: &mut Connection<'_>, whole: &str) -> Result<Vec<String>, QueueError> {
    let query = sql("SELECT child FROM member WHERE parent = $1 ORDER BY position").bind(whole.to_owned());
    let rows = to.rows(query).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// Those members of a whole that nobody else asked for.
pub(super) async fn own_members(to: &mut Connection<'_>, whole: &str) -> Result<Vec<String>, QueueError> {
    let query = sql("SELECT m.child FROM member m JOIN job j ON j.id = m.child \
                     WHERE m.parent = $1 AND m.joined = 0 AND j.asked = 0 AND NOT EXISTS \
                     (SELECT 1 FROM member o JOIN job p ON p.id = o.parent WHERE o.child = m.child \
                     AND o.parent <> $1 AND p.state IN ('queued', 'running')) ORDER BY m.child");
    let rows = to.rows(query.bind(whole.to_owned())).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// Has a whole wait for `other`, which does the same work as its member `child`.
pub(super) async fn join(to: &mut Connection<'_>, whole: &str, child: &str, other: &str) -> Result<(), QueueError> {
    let statement = sql("UPDATE member SET child = $3, joined = 1 WHERE parent = $1 AND child = $2");
    let statement = statement.bind(whole.to_owned()).bind(child.to_owned()).bind(other.to_owned());
    to.execute(statement).await?;
    Ok(())
}

//! What can be wrong with a rule, and what to do about it.

use super::field::Field;

/// Everything that is wrong with a rule, all at once; one line per fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct CalendarError(pub Vec<Fault>);

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// One thing that is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No cron at all.
    #[error("the cron is empty: write five fields, as `0 6 * * *` for 06:00 every day, or a word such as `@daily`")]
    EmptyCron,
    /// A word that is none.
    #[error("cron `{word}` is no word of cron: choose from {known}")]
    Word {
        /// What was written.
        word: String,
        /// The words there are.
        known: String,
    },
    /// Neither five nor six fields.
    #[error(
        "cron `{cron}` has {count} fields: write five (minute, hour, day of month, month, day of week), or six with \
         seconds first"
    )]
    Count {
        /// What was written.
        cron: String,
        /// How many fields it has.
        count: usize,
    },
    /// A field that cannot be read.
    #[error("cron field {field}: `{item}` is not allowed: write {}", field.rule())]
    Item {
        /// Which field.
        field: Field,
        /// The part of it that is wrong.
        item: String,
    },
    /// A cron that the parser of crons refused though its fields are right.
    #[error("cron `{cron}` cannot be read ({reason}): write each field in its plainest form")]
    Unread {
        /// What was written.
        cron: String,
        /// What the parser says.
        reason: String,
    },
    /// No day of any year fits.
    #[error(
        "cron `{cron}` never fires: no year has such a day; change the day of month, the month or the day of week \
         (for the last day of a month write `L`)"
    )]
    NoSuchDay {
        /// What was written.
        cron: String,
    },
    /// All its local times fall into hours that clock changes leave out.
    #[error(
        "cron `{cron}` never fires in {zone}: each of its local times is left out by a clock change; choose another \
         hour, or the policy `shift` for missing hours"
    )]
    OnlyMissing {
        /// What was written.
        cron: String,
        /// The zone.
        zone: String,
    },
    /// No zone at all.
    #[error("the zone is empty: write an IANA zone, as `Europe/Berlin`, or `UTC`")]
    EmptyZone,
    /// A zone that is not in the database.
    #[error("zone `{zone}` is unknown: {hint}")]
    Zone {
        /// What was written.
        zone: String,
        /// The nearest names, or where to look.
        hint: String,
    },
}

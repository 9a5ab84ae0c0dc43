//! A rule: a cron on the clock of a zone, and what clock changes do to it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::cron::Cron;
use super::fault::{CalendarError, Fault};
use super::upcoming::Upcoming;
use super::zone::zone;

/// 2025-01-01T00:00:00Z in seconds: a rule that has not fired since will never again.
const SINCE_S: i64 = 1_735_689_600;

/// What becomes of a local time that a clock change leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// It is left out.
    Skip,
    /// It is due at the first instant after the gap, so that a daily run is not lost. However many
    /// local times fall into a gap, and whether one falls on its end, that instant is due once.
    #[default]
    Shift,
}

/// What becomes of a local time that a clock change brings twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Repeated {
    /// It is due the first time only. A rule of every hour then pauses for the repeated hour.
    #[default]
    First,
    /// It is due both times.
    Both,
}

/// When a schedule is due. Stored as its texts: `{"cron", "zone", "missing", "repeated"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Rule {
    written: Written,
    pub(super) cron: Cron,
    pub(super) zone: TimeZone,
}

/// A rule as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    cron: String,
    zone: String,
    missing: Missing,
    repeated: Repeated,
}

impl TryFrom<Written> for Rule {
    type Error = CalendarError;

    fn try_from(written: Written) -> Result<Self, CalendarError> {
        Self::parse(&written.cron, &written.zone, written.missing, written.repeated)
    }
}

impl From<Rule> for Written {
    fn from(rule: Rule) -> Self {
        rule.written
    }
}

impl Rule {
    /// The rule of a cron (five fields, six with seconds first, or a word such as `@daily`) on the
    /// clock of an IANA zone.
    ///
    /// Fields take `*`, numbers, names (`MON`, `JAN`), ranges, steps and lists; the day of month also
    /// `L` and `15W`, the day of week also `FRI#2` and `FRIL`. Where both days are restricted either
    /// will do, as in Vixie's cron; `+` before the day of week asks for both.
    ///
    /// # Errors
    ///
    /// All faults of cron and zone at once, and a rule that never fires: one of a day that no year
    /// has, or whose local times are all left out by clock changes.
    pub fn parse(cron: &str, zone_name: &str, missing: Missing, repeated: Repeated) -> Result<Self, CalendarError> {
        let (parsed, zone) = match (Cron::parse(cron), zone(zone_name)) {
            (Ok(cron), Ok(zone)) => (cron, zone),
            (cron, zone) => {
                let faults = cron.err().into_iter().flatten().chain(zone.err());
                return Err(CalendarError(faults.collect()));
            }
        };
        // As the database spells it, so that a rule reads the same however it was typed.
        let name = zone.iana_name().unwrap_or(zone_name).to_owned();
        let written = Written { cron: cron.trim().to_owned(), zone: name, missing, repeated };
        let rule = Self { written, cron: parsed, zone };
        let since = Timestamp::from_second(SINCE_S).unwrap_or(Timestamp::UNIX_EPOCH);
        if rule.next(since).is_some() {
            return Ok(rule);
        }
        let Written { cron, zone, .. } = rule.written;
        Err(CalendarError(vec![Fault::OnlyMissing { cron, zone }]))
    }

    /// The first due instant strictly after `after`; none if clock changes leave out all of them, or
    /// after the year 5000.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        self.upcoming(after).next()
    }

    /// All due instants strictly after `after`, rising.
    pub fn upcoming(&self, after: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        Upcoming::new(self, after)
    }

    /// An instant on the rule's clock, as `2025-10-26T02:30:00+01:00[Europe/Berlin]`.
    #[must_use]
    pub fn local(&self, instant: Timestamp) -> String {
        instant.to_zoned(self.zone.clone()).to_string()
    }

    /// The cron as written.
    #[must_use]
    pub fn cron(&self) -> &str {
        &self.written.cron
    }

    /// The zone's name as the database spells it.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.written.zone
    }

    /// What becomes of local times that clock changes leave out.
    #[must_use]
    pub fn missing(&self) -> Missing {
        self.written.missing
    }

    /// What becomes of local times that clock changes bring twice.
    #[must_use]
    pub fn repeated(&self) -> Repeated {
        self.written.repeated
    }
}

//! Due instants in order, from one clock change of the zone to the next.
//!
//! Between two changes the local clock runs beside UTC at one distance, so there the due instants are
//! the cron's local times moved by it, and in order. Only at a change there is something to decide:
//! the clock leaps over local times (missing) or back to local times it has shown (repeated). Unlike
//! asking the zone about each local time alone, this keeps the order when an hour comes twice.

use jiff::Timestamp;
use jiff::tz::TimeZoneFollowingTransitions;

use super::rule::{Missing, Repeated, Rule};

/// 2100-01-01T00:00:00Z in seconds: from here on each zone changes its clock by one yearly rule (the
/// longest lists of single changes, those of Morocco and Gaza, end before 2090).
const RULED_S: i64 = 4_102_444_800;
/// 400 years, after which weekdays, leap years and thus yearly rules repeat themselves.
const CYCLE_S: i64 = 146_097 * 86_400;

/// A change of the zone's clock.
struct Change {
    /// When, in seconds of UTC.
    at: i64,
    /// How far the local clock is ahead of UTC from then on, in seconds.
    offset: i64,
}

/// Due instants of a rule, rising.
pub(super) struct Upcoming<'a> {
    rule: &'a Rule,
    changes: TimeZoneFollowingTransitions<'a>,
    change: Option<Change>,
    /// How far the local clock is ahead of UTC until the change, in seconds.
    offset: i64,
    /// The first local second not yet looked at.
    local: i64,
}

impl<'a> Upcoming<'a> {
    /// The due instants strictly after `after`.
    pub(super) fn new(rule: &'a Rule, after: Timestamp) -> Self {
        let offset = i64::from(rule.zone.to_offset(after).seconds());
        // Towards the past, also before 1970: due instants are whole seconds.
        let second = after.as_second() - i64::from(after.subsec_nanosecond() < 0);
        let shown = shown(rule, after).filter(|_| rule.repeated() == Repeated::First);
        let local = shown.map_or(second + 1 + offset, |shown| shown.max(second + 1 + offset));
        let mut changes = rule.zone.following(after);
        let change = following(&mut changes);
        Self { rule, changes, change, offset, local }
    }

    /// Steps over a change: the instant of the change if the missing time `local` is due there.
    fn step_over(&mut self, change: &Change, local: i64) -> Option<i64> {
        let (stops, goes_on) = (change.at + self.offset, change.at + change.offset);
        self.offset = change.offset;
        self.change = following(&mut self.changes);
        self.local = match self.rule.repeated() {
            Repeated::First => goes_on.max(stops),
            Repeated::Both => goes_on,
        };
        if self.rule.missing() == Missing::Skip || local >= goes_on {
            return None;
        }
        // What falls on the end of the gap has come with it.
        self.local = goes_on + 1;
        Some(change.at)
    }
}

impl Iterator for Upcoming<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        // What no cycle of calendar and clock changes brings never comes.
        let horizon = self.local.max(RULED_S).saturating_add(CYCLE_S);
        while self.local <= horizon {
            let local = self.rule.cron.at_or_after(self.local)?;
            let change = self.change.take_if(|change| local >= change.at + self.offset);
            let instant = if let Some(change) = change {
                self.step_over(&change, local)
            } else {
                self.local = local + 1;
                Some(local - self.offset)
            };
            if let Some(instant) = instant {
                return Timestamp::from_second(instant).ok();
            }
        }
        None
    }
}

fn following(changes: &mut TimeZoneFollowingTransitions<'_>) -> Option<Change> {
    let next = changes.next()?;
    Some(Change { at: next.timestamp().as_second(), offset: i64::from(next.offset().seconds()) })
}

/// The first local second that the clock has not shown before the last change at or before `after`. One
/// change back is enough: no zone has put its clock back and, within the span, changed it again.
fn shown(rule: &Rule, after: Timestamp) -> Option<i64> {
    // A change at `after` itself counts: `preceding` is strict, and changes fall on whole seconds.
    let just_after = after.checked_add(jiff::SignedDuration::from_nanos(1)).ok()?;
    let change = rule.zone.preceding(just_after).next()?.timestamp();
    let before = Timestamp::from_second(change.as_second() - 1).ok()?;
    Some(change.as_second() + i64::from(rule.zone.to_offset(before).seconds()))
}

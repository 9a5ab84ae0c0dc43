//! When to stop before all replicas are done.
//!
//! Judged on prefixes of 1024, 2048, 4096, ... replicas in index order and nowhere else, so that
//! the answer does not depend on how the work was cut; and only once at least 100 replicas had a
//! shortfall, since a rare event's standard error means nothing before.

use energyopti_engine::{Layout, Tally};

use crate::schema::StopAt;

const FIRST: u64 = 1024;
const SHORT_REPLICAS: u64 = 100;

/// The next number of replicas at which to judge after `done`.
pub(crate) fn next_judgement(done: u64) -> u64 {
    let mut at = FIRST;
    while at <= done {
        at = at.saturating_mul(2);
    }
    at
}

/// Whether `tally` satisfies the rule.
pub(crate) fn is_satisfied(
    rule: &StopAt,
    tally: &Tally,
    layout: &Layout,
    controls: Option<energyopti_engine::Controls>,
) -> bool {
    let judged =
        tally.replicas >= FIRST && (tally.replicas / FIRST).is_power_of_two() && tally.replicas.is_multiple_of(FIRST);
    if !judged || tally.replicas_short < SHORT_REPLICAS {
        return false;
    }
    let results = tally.results(layout, controls);
    results.metric(&rule.of).is_some_and(|estimate| match (estimate.value, estimate.standard_error) {
        (Some(value), Some(error)) if value != 0.0 => error / value.abs() <= rule.relative_standard_error,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judgement_comes_at_powers_of_two() {
        assert_eq!([0, 1023, 1024, 1025, 2048, 5000].map(next_judgement), [1024, 1024, 2048, 2048, 4096, 8192]);
    }
}

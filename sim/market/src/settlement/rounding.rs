//! From prices times energy to whole smallest units.
//!
//! The rule: what is rounded is each participant's amount of an interval, once, half to even. Where
//! bids are known the amount does not cross the bid: a participant receives at least its limit
//! rounded up (pays at most its limit rounded down). What rounding adds or takes goes to
//! [`Account::Rounding`](super::Account::Rounding), at most one unit for each participant.

use crate::fault::MarketError;

/// From here on doubles skip integers.
const MOST: f64 = 9_007_199_254_740_992.0;

/// `amount` in smallest units, rounded half to even.
///
/// # Errors
///
/// [`MarketError::Overflow`] beyond 2^53 or where it is not a number; `what` names whose amount it is.
pub fn half_to_even(amount: f64, what: &str) -> Result<i64, MarketError> {
    whole(amount.round_ties_even(), what)
}

/// Noise of sums of doubles that is no claim to another unit: absolute, and relative to the amount.
const NOISE: (f64, f64) = (1e-6, 1e-13);

/// `amount` rounded half to even, but at least `least` rounded up (received is positive). A limit
/// counts to a millionth of a unit.
///
/// # Errors
///
/// As [`half_to_even`].
pub fn within_bid(amount: f64, least: f64, what: &str) -> Result<i64, MarketError> {
    Ok(half_to_even(amount, what)?.max(whole((least - NOISE.0 - NOISE.1 * least.abs()).ceil(), what)?))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked in the line before")]
fn whole(amount: f64, what: &str) -> Result<i64, MarketError> {
    if amount.abs() <= MOST {
        return Ok(amount as i64);
    }
    Err(MarketError::Overflow { what: what.to_owned(), value: amount.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (amount, rounded) in [(0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (2.4, 2), (-2.6, -3)] {
            assert_eq!(half_to_even(amount, "a"), Ok(rounded), "{amount}");
        }
    }

    #[test]
    fn a_limit_is_not_crossed_by_rounding() {
        // Receives 2.4: half to even is 2, its offer is worth 2.4: it gets 3. With an offer worth 1.9 it gets 2.
        assert_eq!(within_bid(2.4, 2.4, "a"), Ok(3));
        assert_eq!(within_bid(2.4, 1.9, "a"), Ok(2));
        // Pays 2.6: half to even is 3, its bid is worth 2.6: it pays 2. With a bid worth 9 it pays 3.
        assert_eq!(within_bid(-2.6, -2.6, "a"), Ok(-2));
        assert_eq!(within_bid(-2.6, -9.0, "a"), Ok(-3));
    }

    #[test]
    fn amounts_beyond_exact_integers_are_refused() {
        for amount in [1e16, -1e16, f64::NAN, f64::INFINITY] {
            assert!(matches!(half_to_even(amount, "a"), Err(MarketError::Overflow { .. })), "{amount}");
        }
    }
}

//! Who is accepted at the clearing price: better bids in full, bids at the price by their share.
//!
//! The rule for ties: orders of one zone and side whose bid is the price itself share what is left
//! in proportion to what they offer there (pro rata, to the watt; odd watts to the largest
//! fractions, then in canonical order).

/// Divides `total` over `offered`, which sum to at least as much, pro rata in whole units.
pub(super) fn pro_rata(total: i64, offered: &[i64]) -> Vec<i64> {
    let sum: i128 = offered.iter().map(|&o| i128::from(o)).sum();
    if sum == 0 {
        return vec![0; offered.len()];
    }
    let scaled: Vec<i128> = offered.iter().map(|&o| i128::from(o) * i128::from(total)).collect();
    // A share is at most `offered`, which is an i64.
    let mut shares: Vec<i64> = scaled.iter().map(|s| i64::try_from(s / sum).unwrap_or(i64::MAX)).collect();
    let odd = total - shares.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..offered.len()).filter(|&i| scaled[i] % sum > 0).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(scaled[i] % sum));
    for &i in order.iter().take(usize::try_from(odd).unwrap_or(0)) {
        shares[i] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bids_share_by_what_they_offer() {
        assert_eq!(pro_rata(30, &[20, 40]), [10, 20]);
    }

    #[test]
    fn an_odd_watt_goes_to_the_largest_fraction_then_to_the_first() {
        // 10 over 1:1:1 is 3.33 each: the first gets 4. 5 over 3:1 is 3.75 and 1.25: the first again.
        assert_eq!(pro_rata(10, &[5, 5, 5]), [4, 3, 3]);
        assert_eq!(pro_rata(5, &[6, 2]), [4, 1]);
        assert_eq!(pro_rata(0, &[0, 0]), [0, 0]);
    }
}

//! Value at risk and its conditional mean over equally likely futures.

/// Sums in lanes, in a fixed order.
const LANES: usize = 8;

/// What the worst `1 - alpha` of `futures` losses is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// `(1 - alpha) S`: how many futures the tail holds, the last in part.
    mass: f64,
    /// Place of the value at risk, losses sorted from the greatest.
    place: usize,
}

impl Tail {
    /// `VaR_alpha = inf {t : P(loss <= t) >= alpha}` has place `floor((1 - alpha) S)`.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    pub fn new(alpha: f64, futures: usize) -> Self {
        let mass = (1.0 - alpha) * futures as f64;
        // 0.1 times 10 futures is one future, whatever 1 - 0.9 is in binary.
        let whole = libm::rint(mass);
        let mass = if (mass - whole).abs() < 1e-9 * whole { whole } else { mass };
        Self { mass, place: (libm::floor(mass) as usize).min(futures - 1) }
    }

    /// `[VaR, CVaR]`. `guess` only saves time: losses below it are not looked at where enough are
    /// above it. `scratch` is as long as `losses`.
    pub fn of(self, losses: &[f64], guess: f64, scratch: &mut [f64]) -> [f64; 2] {
        let mut kept = 0;
        for &loss in losses {
            scratch[kept] = loss;
            kept += usize::from(loss >= guess);
        }
        if kept <= self.place {
            scratch.copy_from_slice(losses);
            kept = losses.len();
        }
        let (_, &mut edge, _) = scratch[..kept].select_nth_unstable_by(self.place, |a, b| b.total_cmp(a));
        [edge, edge + excess(losses, edge) / self.mass]
    }

    /// Share of each future in the tail, summing to 1: the gradient of the CVaR by the losses.
    pub fn shares(self, losses: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..losses.len()).collect();
        order.sort_by(|&a, &b| losses[b].total_cmp(&losses[a]));
        let mut shares = vec![0.0; losses.len()];
        let mut left = self.mass;
        for at in order {
            shares[at] = left.clamp(0.0, 1.0) / self.mass;
            left -= 1.0;
        }
        shares
    }
}

/// `sum max(loss - edge, 0)`.
fn excess(losses: &[f64], edge: f64) -> f64 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = losses.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            sums[lane] += (chunk[lane] - edge).max(0.0);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|loss| (loss - edge).max(0.0)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(alpha: f64, losses: &[f64]) -> [f64; 2] {
        let mut scratch = vec![0.0; losses.len()];
        let tail = Tail::new(alpha, losses.len());
        let found = tail.of(losses, f64::NEG_INFINITY, &mut scratch);
        for guess in [-5.0, 2.5, 3.0, 100.0] {
            let again = tail.of(losses, guess, &mut scratch);
            assert_eq!(again.map(f64::to_bits), found.map(f64::to_bits), "guess {guess}");
        }
        let by_shares: f64 = tail.shares(losses).iter().zip(losses).map(|(share, loss)| share * loss).sum();
        assert!((by_shares - found[1]).abs() < 1e-12);
        found
    }

    fn close(found: [f64; 2], expected: [f64; 2]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found:?} and not {expected:?}");
    }

    #[test]
    fn the_tail_takes_the_atom_at_its_edge_in_part() {
        // Worst 40 % of five: 5 and 4. VaR: P(loss <= 3) = 0.6.
        close(of(0.6, &[1.0, 5.0, 3.0, 2.0, 4.0]), [3.0, 4.5]);
        // Worst half of five, 2.5 futures: (5 + 4 + 3/2) / 2.5 = 4.2.
        close(of(0.5, &[1.0, 5.0, 3.0, 2.0, 4.0]), [3.0, 4.2]);
    }

    #[test]
    fn alpha_0_is_the_mean_and_a_thin_tail_the_worst() {
        close(of(0.0, &[1.0, 2.0, 6.0]), [1.0, 3.0]);
        close(of(0.999, &[1.0, 2.0, 6.0]), [6.0, 6.0]);
    }
}

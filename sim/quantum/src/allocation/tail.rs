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

    /// `[VaR, CVaR]` of one set of losses.
    pub fn of(self, losses: &[f64]) -> [f64; 2] {
        Reader::new(self, losses.len()).read(losses, 0.0)
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

/// Reads the tails of many sets of losses that are alike: what a set's value at risk is expected to
/// be saves looking at all losses, and changes no result.
pub struct Reader {
    tail: Tail,
    /// How far below what is expected to look; before anything is known, where no loss is.
    margin: f64,
    kept: Vec<f64>,
}

impl Reader {
    pub fn new(tail: Tail, futures: usize) -> Self {
        Self { tail, margin: f64::NEG_INFINITY, kept: vec![0.0; futures] }
    }

    /// `[VaR, CVaR]` of losses whose VaR is about `expected`.
    pub fn read(&mut self, losses: &[f64], expected: f64) -> [f64; 2] {
        let place = self.tail.place;
        let kept = keep(losses, expected - self.margin, &mut self.kept);
        let edge = if kept > place {
            if kept > 4 * place + 4 * LANES {
                self.margin *= 0.8;
            }
            select(&mut self.kept[..kept], place)
        } else {
            self.read_all(losses)
        };
        [edge, edge + excess(losses, edge) / self.tail.mass]
    }

    /// The value at risk among all losses. The margin then reaches over twice as many losses as the
    /// tail has, and further than the one that was too small.
    fn read_all(&mut self, losses: &[f64]) -> f64 {
        self.kept.copy_from_slice(losses);
        let edge = select(&mut self.kept, self.tail.place);
        let further = (2 * self.tail.place + LANES).min(losses.len() - 1);
        self.margin = (edge - select(&mut self.kept, further)).max(2.0 * self.margin);
        edge
    }
}

/// Moves the losses from `from` up to the front of `kept` and counts them. Chunks without any are
/// passed over.
fn keep(losses: &[f64], from: f64, kept: &mut [f64]) -> usize {
    let mut count = 0;
    for chunk in losses.chunks(LANES) {
        if chunk.iter().fold(false, |any, &loss| any | (loss >= from)) {
            for &loss in chunk {
                kept[count] = loss;
                count += usize::from(loss >= from);
            }
        }
    }
    count
}

/// The value at a place, counted from the greatest.
fn select(values: &mut [f64], place: usize) -> f64 {
    *values.select_nth_unstable_by(place, |a, b| b.total_cmp(a)).1
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
        let tail = Tail::new(alpha, losses.len());
        let found = tail.of(losses);
        let mut reader = Reader::new(tail, losses.len());
        for expected in [100.0, -5.0, 2.5, 3.0, 100.0, 3.0] {
            let again = reader.read(losses, expected);
            assert_eq!(again.map(f64::to_bits), found.map(f64::to_bits), "expected {expected}");
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

//! Standard normal numbers in lanes, two for every keyed draw.
//!
//! Box and Muller's transform ("A note on the generation of random normal deviates", Annals of
//! Mathematical Statistics 29, 1958) and not an inverse distribution function: one logarithm, one
//! root and one short sine make two numbers, all lanes take the same way, and the tails need no
//! rare branch. The radius has 53 random bits and the angle 54, so numbers reach 8.57; accuracy is
//! that of the arithmetic, 1e-15 of the radius.

use crate::elementary::{ONE_WORD, ln, sin_cos};
use crate::lanes::{LANES, Lanes};
use crate::streams::{StreamKey, open_unit};

/// The point that a standard normal number passes with probability 1e-12.
pub(super) const FAR: f64 = 7.034_483_825_301_131;

/// Two independent standard normal numbers from two words.
#[inline(always)]
pub(super) fn pair([radius, angle]: [u64; 2]) -> [f64; 2] {
    let radius = (-2.0 * ln(open_unit(radius))).sqrt();
    // An angle within 45 degrees of the first axis; two bits turn it into the other three quarters.
    let (sine, cosine) = sin_cos(f64::from_bits((angle >> 12) | ONE_WORD) - 1.5);
    let cosine = f64::from_bits(cosine.to_bits() ^ ((angle & 1) << 63));
    let upright = angle & 2 == 0;
    let first = if upright { cosine } else { sine };
    let second = if upright { sine } else { cosine };
    [radius * first, radius * second]
}

/// The standard normal distribution function.
pub(super) fn probability_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// One stream of standard normal rows: step `k` has half of draw `k / 2`, whatever was read before.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    key: StreamKey,
    /// First replica and draw that `spare` is the second half of.
    drawn: Option<(u64, u64)>,
    spare: Lanes,
}

impl Noise {
    pub fn new(key: StreamKey) -> Self {
        Self { key, drawn: None, spare: Lanes::default() }
    }

    /// The row of step `step`.
    #[inline(always)]
    pub fn row(&mut self, step: usize, first_replica: u64, out: &mut Lanes) {
        let event = step as u64 / 2;
        if step % 2 == 1 && self.drawn == Some((first_replica, event)) {
            *out = self.spare;
            return;
        }
        let (mut first, mut second) = ([0; LANES], [0; LANES]);
        for lane in 0..LANES {
            [first[lane], second[lane]] = self.key.draw(first_replica + lane as u64, event);
        }
        for lane in 0..LANES {
            [out[lane], self.spare[lane]] = pair([first[lane], second[lane]]);
        }
        self.drawn = Some((first_replica, event));
        if step % 2 == 1 {
            *out = self.spare;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise() -> Noise {
        Noise::new(StreamKey::new(11, "site", "noise", 0))
    }

    /// Mean 0, variance 1, skewness 0, kurtosis 3: within three standard errors, which are
    /// sqrt(1/n), sqrt(2/n), sqrt(15/n) for the third moment and sqrt(96/n) for the fourth.
    #[test]
    fn the_first_four_moments_are_those_of_a_standard_normal() {
        let (steps, mut noise, mut row) = (8_000, noise(), Lanes::default());
        let mut sums = [0.0; 4];
        for step in 0..steps {
            noise.row(step, 0, &mut row);
            for z in row.0 {
                sums[0] += z;
                sums[1] += z * z;
                sums[2] += z * z * z;
                sums[3] += z * z * z * z;
            }
        }
        let n = 64.0 * 8_000.0;
        for (sum, (expected, variance)) in sums.iter().zip([(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)]) {
            let gap = (sum / n - expected).abs();
            assert!(gap < 3.0 * f64::sqrt(variance / n), "{gap} from {expected}");
        }
    }

    /// Tail probabilities of the standard normal table: 0.158655, 0.0227501, 1.34990e-3, 3.16712e-5.
    #[test]
    fn both_tails_hold_what_the_table_says() {
        let (steps, mut noise, mut row) = (16_000, noise(), Lanes::default());
        let tails = [(1.0, 0.158_655), (2.0, 0.022_750_1), (3.0, 1.349_90e-3), (4.0, 3.167_12e-5)];
        let mut counts = [[0.0; 2]; 4];
        for step in 0..steps {
            noise.row(step, 0, &mut row);
            for (count, (edge, _)) in counts.iter_mut().zip(tails) {
                count[0] += f64::from(row.iter().fold(0_u32, |n, z| n + u32::from(*z > edge)));
                count[1] += f64::from(row.iter().fold(0_u32, |n, z| n + u32::from(*z < -edge)));
            }
        }
        let n = 64.0 * 16_000.0;
        for (count, (edge, p)) in counts.iter().zip(tails) {
            for side in count {
                let error = f64::sqrt(p * (1.0 - p) / n);
                assert!((side / n - p).abs() < 3.0 * error, "beyond {edge}: {} against {p}", side / n);
            }
        }
    }

    #[test]
    fn the_two_halves_of_a_draw_do_not_move_together() {
        let (draws, mut noise) = (8_000, noise());
        let (mut first, mut second) = (Lanes::default(), Lanes::default());
        let (mut product, mut squares) = (0.0, 0.0);
        for draw in 0..draws {
            noise.row(2 * draw, 0, &mut first);
            noise.row(2 * draw + 1, 0, &mut second);
            for (x, y) in first.iter().zip(second.0) {
                product += x * y;
                squares += (x * x - 1.0) * (y * y - 1.0);
            }
        }
        let n = 64.0 * 8_000.0;
        assert!((product / n).abs() < 3.0 / f64::sqrt(n));
        assert!((squares / n).abs() < 3.0 * 2.0 / f64::sqrt(n));
    }

    #[test]
    fn a_row_does_not_depend_on_what_was_read_before() {
        let (mut forward, mut backward) = (noise(), noise());
        let mut rows = [Lanes::default(); 7];
        for (step, row) in rows.iter_mut().enumerate() {
            forward.row(step, 128, row);
        }
        for step in (0..7).rev() {
            let mut row = Lanes::default();
            backward.row(step, 128, &mut row);
            assert_eq!(row, rows[step]);
            // Other replicas in between, whose second half must not be taken for theirs.
            backward.row(step & !1, 0, &mut row);
            backward.row(step, 128, &mut row);
            assert_eq!(row, rows[step]);
        }
    }

    /// The same transform in `libm`'s functions; 1.2e-15 is two units in the last place of 3.
    #[test]
    fn numbers_agree_with_libm() {
        let key = StreamKey::new(5, "site", "noise", 0);
        let mut worst = 0.0_f64;
        for event in 0..200_000 {
            let [radius, angle] = key.draw(0, event);
            let turns = f64::from_bits((angle >> 12) | ONE_WORD) - 1.5;
            let (sine, cosine) = libm::sincos(turns * std::f64::consts::FRAC_PI_2);
            let cosine = if angle & 1 == 0 { cosine } else { -cosine };
            let (first, second) = if angle & 2 == 0 { (cosine, sine) } else { (sine, cosine) };
            let length = libm::sqrt(-2.0 * libm::log(open_unit(radius)));
            let [x, y] = pair([radius, angle]);
            worst = worst.max((x - length * first).abs()).max((y - length * second).abs());
        }
        assert!(worst < 1.2e-15, "{worst:e}");
    }

    #[test]
    fn the_extreme_words_give_finite_numbers() {
        for radius in [0, u64::MAX] {
            for angle in [0, 1, 2, 3, u64::MAX, 1 << 63] {
                assert!(pair([radius, angle]).iter().all(|z| z.abs() < 8.6));
            }
        }
    }

    #[test]
    fn the_far_point_is_passed_once_in_a_million_million() {
        assert!((probability_below(-FAR) / 1e-12 - 1.0).abs() < 1e-9);
        assert!((probability_below(1.0) - 0.841_344_746_068_542_9).abs() < 1e-15);
    }
}

//! Keyed randomness: every draw is a pure function of (seed, name, process, unit, replica, event).
//!
//! Nothing is seeded in sequence and nothing is shared, so adding an asset, reordering the file or
//! changing the number of threads cannot move anybody's luck. The function is Threefry-2x64 with
//! 13 rounds (J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, table 2:
//! the fewest rounds that pass `BigCrush`); its key is a SHA-256 digest of what the stream is for.

use std::convert::Infallible;

use rand::TryRng;
use sha2::{Digest, Sha256};

/// Key-schedule parity word of Skein and Threefry.
const PARITY: u64 = 0x1BD1_1BDA_A9FC_1A22;

/// The key of one stream: one process of one unit of one named asset under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamKey([u64; 2]);

impl StreamKey {
    /// Derives the key. `name` is the asset's stream name, `process` says what is drawn
    /// ("outage", "weather"), `unit` counts from 0 within an asset of several units.
    #[must_use]
    pub fn new(seed: u64, name: &str, process: &str, unit: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update((process.len() as u64).to_le_bytes());
        hash.update(process.as_bytes());
        hash.update(unit.to_le_bytes());
        let digest = hash.finalize();
        let word = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&digest[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        Self([word(0), word(8)])
    }

    /// Two independent 64-bit words for event number `event` of replica `replica`.
    #[must_use]
    #[inline(always)]
    pub fn draw(self, replica: u64, event: u64) -> [u64; 2] {
        threefry2x64(self.0, [replica, event])
    }

    /// The same stream as a generator for `rand` and `rand_distr`: event 0, 1, 2, ... in order.
    #[must_use]
    pub fn rng(self, replica: u64) -> StreamRng {
        StreamRng { key: self, replica, event: 0, spare: None }
    }
}

/// Maps a word to a double in (0, 1], so that its logarithm is finite.
#[must_use]
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
pub fn open_unit(word: u64) -> f64 {
    ((word >> 11) + 1) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// Thirteen rounds, a key injection after every fourth. Written out, so that a loop over lanes
/// around it vectorises.
#[inline(always)]
fn threefry2x64([k0, k1]: [u64; 2], counter: [u64; 2]) -> [u64; 2] {
    const EVEN: [u32; 4] = [16, 42, 12, 31];
    const ODD: [u32; 4] = [16, 32, 24, 21];
    let k2 = PARITY ^ k0 ^ k1;
    let x = inject(counter, k0, k1);
    let x = inject(four_rounds(x, EVEN), k1, k2.wrapping_add(1));
    let x = inject(four_rounds(x, ODD), k2, k0.wrapping_add(2));
    let x = inject(four_rounds(x, EVEN), k0, k1.wrapping_add(3));
    round(x, ODD[0])
}

#[inline(always)]
fn inject(x: [u64; 2], a: u64, b: u64) -> [u64; 2] {
    [x[0].wrapping_add(a), x[1].wrapping_add(b)]
}

#[inline(always)]
fn four_rounds(x: [u64; 2], [a, b, c, d]: [u32; 4]) -> [u64; 2] {
    round(round(round(round(x, a), b), c), d)
}

#[inline(always)]
fn round(x: [u64; 2], rotation: u32) -> [u64; 2] {
    let sum = x[0].wrapping_add(x[1]);
    [sum, x[1].rotate_left(rotation) ^ sum]
}

/// A sequential reader of one stream, for distributions that use an unknown number of draws.
#[derive(Clone, Debug)]
pub struct StreamRng {
    key: StreamKey,
    replica: u64,
    event: u64,
    spare: Option<u64>,
}

impl TryRng for StreamRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if let Some(word) = self.spare.take() {
            return Ok(word);
        }
        let [first, second] = self.key.draw(self.replica, self.event);
        self.event += 1;
        self.spare = Some(second);
        Ok(first)
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for piece in target.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            piece.copy_from_slice(&word[..piece.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of the Random123 distribution, file `kat_vectors`, rows `threefry2x64 13`.
    #[test]
    fn threefry_gives_the_published_answers() {
        assert_eq!(threefry2x64([0, 0], [0, 0]), [0xf167_b032_c3b4_80bd, 0xe91f_9fee_4b7a_6fb5]);
        assert_eq!(threefry2x64([u64::MAX; 2], [u64::MAX; 2]), [0xccde_c5c9_17a8_74b1, 0x4df5_3abc_a26c_eb01]);
    }

    #[test]
    fn a_word_never_becomes_zero_and_reaches_one() {
        assert!(open_unit(0) > 0.0);
        assert!((open_unit(u64::MAX) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn streams_differ_by_every_part_of_their_key() {
        let base = StreamKey::new(1, "a", "outage", 0);
        for other in [
            StreamKey::new(2, "a", "outage", 0),
            StreamKey::new(1, "b", "outage", 0),
            StreamKey::new(1, "a", "weather", 0),
            StreamKey::new(1, "a", "outage", 1),
            StreamKey::new(1, "aoutage", "", 0),
        ] {
            assert_ne!(base, other);
        }
    }
}

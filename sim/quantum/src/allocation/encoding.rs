//! Units as bits: `x = min + sum_k weight_k b_k`.

/// One binary variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Which candidate it counts units of.
    pub candidate: usize,
    /// How many.
    pub weight: u32,
}

/// Binary variables of all candidates, in order; variable 0 is the leftmost printed character.
/// A range of `R` takes weights 1, 2, 4, ... and a last one that makes the sum exactly `R`
/// (5 takes 1, 2, 2): no bit string is out of range, and some numbers of units have two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    least: Vec<u32>,
    variables: Vec<Variable>,
}

impl Encoding {
    pub(super) fn new(ranges: impl Iterator<Item = [u32; 2]> + Clone) -> Self {
        let of_one = |(candidate, [low, high]): (usize, [u32; 2])| {
            weights(high - low).map(move |weight| Variable { candidate, weight })
        };
        Self {
            least: ranges.clone().map(|[low, _]| low).collect(),
            variables: ranges.enumerate().flat_map(of_one).collect(),
        }
    }

    /// The binary variables.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Units of each candidate that an index encodes.
    #[must_use]
    pub fn units(&self, index: u64) -> Vec<u32> {
        let mut units = self.least.clone();
        let set = self.variables.iter().enumerate().filter(|(at, _)| index >> at & 1 == 1);
        set.for_each(|(_, variable)| units[variable.candidate] += variable.weight);
        units
    }

    /// A real number of units of each candidate as one number in [0, 1] per variable, such that the
    /// weighted sum is right and whole units give whole bits: between the bits of the two whole
    /// neighbours.
    pub(super) fn spread(&self, units: &[f64]) -> Vec<f64> {
        let mut spread = Vec::with_capacity(self.variables.len());
        for (candidate, (&units, &least)) in units.iter().zip(&self.least).enumerate() {
            let own: Vec<u32> = self.variables.iter().filter(|v| v.candidate == candidate).map(|v| v.weight).collect();
            let above = (units - f64::from(least)).clamp(0.0, f64::from(own.iter().sum::<u32>()));
            let whole = libm::floor(above);
            let [low, high] = [bits(&own, whole), bits(&own, whole + 1.0)];
            spread.extend(low.iter().zip(&high).map(|(low, high)| low + (above - whole) * (high - low)));
        }
        spread
    }
}

/// 1, 2, 4, ... and the rest.
fn weights(range: u32) -> impl Iterator<Item = u32> {
    let powers = (range + u32::from(range < u32::MAX)).ilog2();
    let rest = range - ((1_u32 << powers) - 1);
    (0..powers).map(|k| 1 << k).chain((rest > 0).then_some(rest))
}

/// Bits whose weights make `units`: the last where the others cannot, then binary.
fn bits(weights: &[u32], units: f64) -> Vec<f64> {
    let mut left = units;
    let mut bits = vec![0.0; weights.len()];
    let Some(last) = weights.len().checked_sub(1) else { return bits };
    let others: f64 = weights[..last].iter().map(|&weight| f64::from(weight)).sum();
    for at in std::iter::once(last).chain((0..last).rev()) {
        let need = if at == last { others } else { f64::from(weights[at]) - 1.0 };
        if left > need {
            bits[at] = 1.0;
            left -= f64::from(weights[at]);
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_weight_makes_the_range_exact() {
        let of = |range| weights(range).collect::<Vec<_>>();
        assert_eq!(of(0), [0; 0]);
        assert_eq!(of(1), [1]);
        assert_eq!(of(2), [1, 1]);
        assert_eq!(of(5), [1, 2, 2]);
        assert_eq!(of(7), [1, 2, 4]);
        for range in 0..200 {
            assert_eq!(of(range).iter().sum::<u32>(), range);
        }
    }

    #[test]
    fn whole_units_come_back_from_their_bits() {
        for range in 1..40 {
            let encoding = Encoding::new([[3, 3 + range], [0, 1]].into_iter());
            for units in 3..=3 + range {
                let spread = encoding.spread(&[f64::from(units), 1.0]);
                let index = spread.iter().enumerate().map(|(at, &bit)| u64::from(bit > 0.5) << at).sum();
                assert!(spread.iter().all(|bit| [0, 1.0_f64.to_bits()].contains(&bit.to_bits())));
                assert_eq!(encoding.units(index), [units, 1]);
            }
        }
    }

    #[test]
    fn a_share_of_a_unit_keeps_the_weighted_sum() {
        let encoding = Encoding::new([[1, 6]].into_iter());
        let spread = encoding.spread(&[3.25]);
        // 3 = 1 + 2 is bit 1 alone, 4 = 1 + 3 is bits 0 and 1: a quarter of the way in bit 0.
        assert_eq!(spread, [0.25, 1.0, 0.0]);
    }
}

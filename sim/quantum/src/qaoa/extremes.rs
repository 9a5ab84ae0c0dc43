//! The exact best and worst of a cost function, by looking at every solution.

use rayon::prelude::*;

use super::diagonal::Diagonal;
use super::question::refuse;
use crate::error::Error;

/// Two costs are equal where they differ by no more than this part of the diagonal's magnitude.
pub const EQUAL_WITHIN: f64 = 1e-12;

/// Most variables whose solutions are enumerated: hours already.
const MOST_ENUMERATED: u32 = 40;

/// Which solutions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subspace {
    /// All of them.
    All,
    /// Those with so many ones.
    Weight(u32),
}

impl Subspace {
    /// Whether a solution counts.
    #[must_use]
    #[inline(always)]
    pub fn holds(self, index: u64) -> bool {
        match self {
            Self::All => true,
            Self::Weight(weight) => index.count_ones() == weight,
        }
    }
}

/// Best and worst solutions within a subspace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// Where it was looked.
    pub within: Subspace,
    /// Least cost.
    pub optimum: f64,
    /// A solution that has it: of several the one whose printed string comes first.
    pub optimum_index: u64,
    /// How many have it, within `tolerance`.
    pub optimum_count: u64,
    /// Greatest cost.
    pub worst: f64,
    /// Costs that differ by no more are equal: [`EQUAL_WITHIN`] of the diagonal's magnitude.
    pub tolerance: f64,
}

impl Extremes {
    /// Whether a solution is an optimum.
    #[must_use]
    #[inline(always)]
    pub fn is_optimum(&self, index: u64, cost: f64) -> bool {
        cost <= self.optimum + self.tolerance && self.within.holds(index)
    }

    /// `(worst - cost)/(worst - optimum)`: 1 at the optimum, 0 at the worst; 1 where all are equal.
    #[must_use]
    pub fn ratio(&self, cost: f64) -> f64 {
        let range = self.worst - self.optimum;
        if range > 0.0 { (self.worst - cost) / range } else { 1.0 }
    }
}

impl Diagonal {
    /// Enumerates all solutions within a subspace, twice.
    ///
    /// # Errors
    /// [`Error::Qaoa`] where there are none, or more than of 40 variables.
    pub fn extremes(&self, within: Subspace) -> Result<Extremes, Error> {
        if self.qubits() > MOST_ENUMERATED {
            return refuse(format!("solutions of {} variables; {MOST_ENUMERATED} can be enumerated", self.qubits()));
        }
        let (optimum, worst) = self.scan(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(least, most), index, cost| {
                if within.holds(index) { (least.min(cost), most.max(cost)) } else { (least, most) }
            },
            |a, b| (a.0.min(b.0), a.1.max(b.1)),
        );
        if optimum > worst {
            return refuse(format!("no solution of {} variables is in {within:?}", self.qubits()));
        }
        let tolerance = EQUAL_WITHIN * self.magnitude();
        // The leftmost character is bit 0: the first string is the least number of reversed bits.
        let (first, optimum_count) = self.scan(
            (u64::MAX, 0),
            |(first, count), index, cost| {
                if cost <= optimum + tolerance && within.holds(index) {
                    (first.min(index.reverse_bits()), count + 1)
                } else {
                    (first, count)
                }
            },
            |a, b| (a.0.min(b.0), a.1 + b.1),
        );
        Ok(Extremes { within, optimum, optimum_index: first.reverse_bits(), optimum_count, worst, tolerance })
    }

    /// A fold over all solutions whose result does not depend on the order.
    fn scan<T: Copy + Send + Sync>(
        &self,
        start: T,
        look: impl Fn(T, u64, f64) -> T + Sync,
        join: impl Fn(T, T) -> T + Sync + Send,
    ) -> T {
        let window = self.run_window();
        let size = window.size();
        let block = |costs: &mut Vec<f64>, at: usize| {
            self.block(&window, at * size, costs);
            costs.iter().zip((at * size) as u64..).fold(start, |found, (&cost, index)| look(found, index, cost))
        };
        let blocks = (1_usize << self.qubits()) / size;
        (0..blocks).into_par_iter().map_init(|| vec![0.0; size], block).reduce(|| start, join)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::bit_string;
    use crate::qubo::Qubo;

    #[test]
    fn the_optimum_of_the_example_is_minus_2_at_010() {
        let matrix = [vec![1.0, 1.0, -1.0], vec![0.0, -2.0, 2.0], vec![0.0, 0.0, 3.0]];
        let found = Diagonal::tiled(&Qubo::from_matrix(&matrix).unwrap()).extremes(Subspace::All).unwrap();
        assert!((found.optimum + 2.0).abs() < 1e-15);
        assert_eq!((bit_string(found.optimum_index, 3), found.optimum_count), ("010".to_owned(), 1));
        // All three: 1 - 2 + 3 + 1 - 1 + 2.
        assert!((found.worst - 4.0).abs() < 1e-15);
        assert!((found.ratio(1.0) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn of_equal_optima_the_first_string_is_named() {
        // 01 (index 2) and 10 (index 1) cost the same; "01" comes first.
        let diagonal = Diagonal::from_values(vec![0.0, -1.0, -1.0, 0.0]).unwrap();
        let found = diagonal.extremes(Subspace::All).unwrap();
        assert_eq!((found.optimum_index, found.optimum_count), (2, 2));
    }

    #[test]
    fn a_subspace_is_kept_and_an_empty_one_refused() {
        let values: Vec<f64> = (0..8).map(f64::from).collect();
        let diagonal = Diagonal::from_values(values).unwrap();
        let found = diagonal.extremes(Subspace::Weight(2)).unwrap();
        assert!((found.optimum - 3.0).abs() + (found.worst - 6.0).abs() < 1e-15);
        assert!(diagonal.extremes(Subspace::Weight(4)).is_err());
        let many = Qubo::from_matrix(&vec![vec![1.0; 64]; 64]).unwrap();
        assert!(Diagonal::tiled(&many).extremes(Subspace::All).is_err());
    }
}

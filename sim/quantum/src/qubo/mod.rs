//! Quadratic unconstrained binary optimisation: `minimise x'Qx` over `x` in `{0, 1}^n`.
//!
//! The cost function and its Ising form; who minimises it is elsewhere.

mod ising;

use crate::error::Error;
pub use ising::Ising;

/// Most variables: a solution is the bits of one `u64`.
pub const MOST_VARIABLES: usize = 64;

/// `cost(x) = sum_i linear_i x_i + sum_{i<j} pair_ij x_i x_j`.
///
/// The coefficients lie on a common grid of `2^-52` of their total magnitude, to which they are
/// rounded when they come in. Every partial sum of them is then a double without rounding, so a cost
/// has the same bits in whatever order it is added up: one solution at a time, by doubling, or in the
/// tiles of a kernel. What this moves is of the size of the rounding that any order would have made.
#[derive(Clone, Debug, PartialEq)]
pub struct Qubo {
    variables: usize,
    /// Row by row, symmetric, zero on its diagonal: `pair_ij` stands at `(i, j)` and at `(j, i)`.
    pairs: Vec<f64>,
    linear: Vec<f64>,
    magnitude: f64,
}

impl Qubo {
    /// From any square matrix `Q` (full, upper or lower triangular): `Q` and its symmetrised form
    /// `(Q + Q')/2` give the same costs, since only `Q_ij + Q_ji` counts, and `x_i^2 = x_i`.
    ///
    /// # Errors
    /// [`Error::Qubo`] with all faults at once: no rows, more than 64 variables, a row of another
    /// length, an element that is not finite, a sum of magnitudes that is not.
    pub fn from_matrix(matrix: &[Vec<f64>]) -> Result<Self, Error> {
        let faults = faults_of(matrix);
        if !faults.is_empty() {
            return Err(Error::Qubo { faults });
        }
        let variables = matrix.len();
        let linear: Vec<f64> = (0..variables).map(|i| matrix[i][i]).collect();
        let pair = |at: usize| match (at / variables, at % variables) {
            (i, j) if i == j => 0.0,
            (i, j) => matrix[i][j] + matrix[j][i],
        };
        let pairs: Vec<f64> = (0..variables * variables).map(pair).collect();
        let total = |pairs: &[f64], linear: &[f64]| {
            pairs.iter().map(|pair| pair.abs() / 2.0).sum::<f64>() + linear.iter().map(|field| field.abs()).sum::<f64>()
        };
        let magnitude = total(&pairs, &linear);
        if !magnitude.is_finite() {
            return Err(Error::Qubo { faults: vec!["its coefficients add up to more than a double holds".to_owned()] });
        }
        // The total is below 2^exponent; a cost is then at most 2^52 steps of 2^(exponent - 52).
        let exponent = libm::frexp(magnitude).1;
        let on_grid = |value: &f64| libm::ldexp(libm::rint(libm::ldexp(*value, 52 - exponent)), exponent - 52);
        let pairs = pairs.iter().map(on_grid).collect();
        let linear = linear.iter().map(on_grid).collect();
        Ok(Self { variables, pairs, linear, magnitude })
    }

    /// Number of variables.
    #[must_use]
    pub fn variables(&self) -> usize {
        self.variables
    }

    /// `x'Qx` of the solution whose `x_i` is bit `i` of the index; bits beyond the variables are
    /// passed over.
    #[must_use]
    pub fn cost(&self, index: u64) -> f64 {
        let one = |i: usize| index >> i & 1 == 1;
        let row = |i: usize| self.linear[i] + (0..i).filter(|&j| one(j)).map(|j| self.pair(i, j)).sum::<f64>();
        // From plus zero: an empty sum would start from minus zero.
        (0..self.variables).filter(|&i| one(i)).map(row).fold(0.0, |cost, row| cost + row)
    }

    /// The coefficient of `x_i`.
    #[must_use]
    pub fn linear(&self, i: usize) -> f64 {
        self.linear[i]
    }

    /// The coefficient of `x_i x_j`, for two different variables.
    #[must_use]
    pub fn pair(&self, i: usize, j: usize) -> f64 {
        self.pairs[i * self.variables + j]
    }

    /// What `x_i` adds to the cost where the ones of the index are set besides:
    /// `linear_i + sum_{j in index} pair_ij`.
    #[must_use]
    pub fn field(&self, i: usize, index: u64) -> f64 {
        let set = (0..self.variables).filter(|&j| index >> j & 1 == 1);
        self.linear[i] + set.map(|j| self.pair(i, j)).sum::<f64>()
    }

    /// Sum of the magnitudes of all coefficients: no cost is further from zero.
    #[must_use]
    pub fn magnitude(&self) -> f64 {
        self.magnitude
    }
}

fn faults_of(matrix: &[Vec<f64>]) -> Vec<String> {
    let size = matrix.len();
    if size == 0 {
        return vec!["it has no rows".to_owned()];
    }
    let mut faults = Vec::new();
    if size > MOST_VARIABLES {
        faults.push(format!("{size} variables, and {MOST_VARIABLES} are the most"));
    }
    for (i, row) in matrix.iter().enumerate() {
        if row.len() != size {
            faults.push(format!("not square: row {i} has {} elements, and there are {size} rows", row.len()));
        }
        let wrong = row.iter().enumerate().filter(|(_, element)| !element.is_finite());
        faults.extend(wrong.map(|(j, element)| format!("row {i}, column {j} is {element}")));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x - 2y + 3z + xy - xz + 2yz`.
    fn example() -> Qubo {
        Qubo::from_matrix(&[vec![1.0, 1.0, -1.0], vec![0.0, -2.0, 2.0], vec![0.0, 0.0, 3.0]]).unwrap()
    }

    #[test]
    fn costs_are_those_of_the_polynomial() {
        // x = y = 1: 1 - 2 + 1 = 0; all: 1 - 2 + 3 + 1 - 1 + 2 = 4.
        for (index, cost) in [(0, 0.0), (0b001, 1.0), (0b010, -2.0), (0b100, 3.0), (0b011, 0.0), (0b111, 4.0)] {
            assert!((example().cost(index) - cost).abs() < 1e-15, "{index:b}");
        }
    }

    #[test]
    fn its_ising_offset_is_1_5() {
        // Halves of the linear sum, 2/2, and quarters of the pair sum, 2/4.
        let ising = example().ising();
        assert!((ising.offset - 1.5).abs() < 1e-15);
        for index in 0..8 {
            assert!((ising.cost(index) - example().cost(index)).abs() < 1e-14);
        }
    }

    #[test]
    fn a_matrix_and_its_symmetrised_form_are_the_same() {
        let matrix = vec![vec![0.1, 0.7, -0.3], vec![0.2, 0.4, 0.0], vec![1.1, -0.6, 0.9]];
        let half = |i: usize, j: usize| f64::midpoint(matrix[i][j], matrix[j][i]);
        let symmetric: Vec<Vec<f64>> = (0..3).map(|i| (0..3).map(|j| half(i, j)).collect()).collect();
        assert_eq!(Qubo::from_matrix(&matrix), Qubo::from_matrix(&symmetric));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let error = Qubo::from_matrix(&[vec![f64::NAN, 0.0], vec![f64::INFINITY]]).unwrap_err().to_string();
        for part in ["row 0, column 0 is NaN", "row 1 has 1 elements", "row 1, column 0 is inf"] {
            assert!(error.contains(part), "{error}");
        }
        assert!(Qubo::from_matrix(&[]).unwrap_err().to_string().contains("no rows"));
        assert!(Qubo::from_matrix(&[vec![f64::MAX, f64::MAX], vec![0.0, 1.0]]).is_err());
        assert!(Qubo::from_matrix(&[vec![0.0]]).is_ok());
    }
}

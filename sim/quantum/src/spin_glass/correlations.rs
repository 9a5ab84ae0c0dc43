//! The correlations of one spin over time, layer by layer: the fixed point of the field that the
//! spin sees and makes.

use num_complex::Complex64;

use super::paths::Paths;

/// `G_{r,j}`, row `r - 2` for `r = 2..=p+1`, column `j - 1` for `j = 1..r`: the correlation of the
/// spin at time `r` with itself at the earlier time `j`. Time `p + 1` is the measurement.
///
/// The paper iterates a matrix over all `2p + 1` times `p` times. But the field at a time depends on
/// earlier ones only: whatever happens after a time cancels between forward and backward path. So
/// `G_{r,j}` for `r <= q` is final once `q - 1` layers have been walked, each row needs one pass over
/// the paths of the layers before it, and `G_{r,-j} = conj(G_{r,j})`, `G_{r,-r} = 1` give the rest.
pub struct Correlations(Vec<Vec<Complex64>>);

impl Correlations {
    /// Those of all times under angles of equal number.
    pub fn of(gamma: &[f64], beta: &[f64]) -> Self {
        let mut rows: Vec<Vec<Complex64>> = Vec::with_capacity(beta.len());
        let Some(&first) = gamma.first() else { return Self(rows) };
        let mut paths = Paths::of_the_first_layer(first);
        for layer in 0..beta.len() {
            if layer > 0 {
                paths = paths.longer(&gamma[..=layer], beta[layer - 1], &rows[layer - 1]);
            }
            rows.push(paths.correlations(beta[layer]));
        }
        Self(rows)
    }

    /// The row of the measurement: its correlations with times 1 to p.
    pub fn last(mut self) -> Vec<Complex64> {
        self.0.pop().unwrap_or_default()
    }
}

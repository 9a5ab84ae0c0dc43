//! The same costs over spins.

use super::Qubo;

/// `cost(z) = offset + sum_i fields_i z_i + sum_{(i,j)} coupling_ij z_i z_j`, `z = 1 - 2x` in `{1, -1}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ising {
    /// The constant.
    pub offset: f64,
    /// One per variable.
    pub fields: Vec<f64>,
    /// `(i, j, coupling)` with `i < j`; those that are zero are left out.
    pub couplings: Vec<(u32, u32, f64)>,
}

impl Qubo {
    /// Its Ising form, from `x = (1 - z)/2`: `x_i x_j = (1 - z_i - z_j + z_i z_j)/4`.
    #[must_use]
    pub fn ising(&self) -> Ising {
        let n = self.variables();
        let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        let offset = (0..n).map(|i| self.linear(i) / 2.0).sum::<f64>()
            + pairs.clone().map(|(i, j)| self.pair(i, j) / 4.0).sum::<f64>();
        let others = |i: usize| (0..n).filter(move |&j| j != i);
        let field = |i: usize| -self.linear(i) / 2.0 - others(i).map(|j| self.pair(i, j) / 4.0).sum::<f64>();
        #[expect(clippy::cast_possible_truncation, reason = "at most 64 variables")]
        let coupling = |(i, j): (usize, usize)| (i as u32, j as u32, self.pair(i, j) / 4.0);
        let couplings = pairs.map(coupling).filter(|(_, _, coupling)| *coupling != 0.0).collect();
        Ising { offset, fields: (0..n).map(field).collect(), couplings }
    }
}

impl Ising {
    /// The cost of the solution whose `x_i` is bit `i` of the index.
    #[must_use]
    pub fn cost(&self, index: u64) -> f64 {
        let spin = |i: u32| if index >> i & 1 == 1 { -1.0 } else { 1.0 };
        let fields = self.fields.iter().zip(0..).map(|(field, i)| field * spin(i)).sum::<f64>();
        let couplings = self.couplings.iter().map(|&(i, j, coupling)| coupling * spin(i) * spin(j)).sum::<f64>();
        self.offset + fields + couplings
    }
}

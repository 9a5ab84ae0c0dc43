//! The part of the objective that is a polynomial of degree 2 in the bits.

use super::checked::{Checked, Pricing, dot};

/// `constant + sum_v linear_v b_v + sum_{u < v} pairs_vu b_u b_v`.
#[derive(Clone, Debug)]
pub(super) struct BitForm {
    pub constant: f64,
    pub linear: Vec<f64>,
    /// Row `v` has the entries of `u < v`.
    pub pairs: Vec<Vec<f64>>,
}

impl BitForm {
    /// All of a mean-variance objective; of one with a tail, all but the tail. With
    /// `x = m + W b` and `b^2 = b`: `-r'm + q m'C m`, `w_v (-r_i + 2 q (C m)_i) + q C_ii w_v^2`,
    /// `2 q C_ij w_u w_v`.
    pub fn of(checked: &Checked) -> Self {
        let encoding = checked.encoding();
        let variables = encoding.variables();
        let weight = |at: usize| f64::from(variables[at].weight);
        let least: Vec<f64> = checked.ranges.iter().map(|range| f64::from(range[0])).collect();
        let revenue = |at: usize| -checked.mean[variables[at].candidate] * weight(at);
        let mut form = Self {
            constant: -dot(&checked.mean, &least),
            linear: (0..variables.len()).map(revenue).collect(),
            pairs: (0..variables.len()).map(|at| vec![0.0; at]).collect(),
        };
        let Pricing::Variance { covariance } = &checked.pricing else { return form };
        let q = checked.aversion;
        let held: Vec<f64> = covariance.iter().map(|row| dot(row, &least)).collect();
        form.constant += q * dot(&held, &least);
        for v in 0..variables.len() {
            let i = variables[v].candidate;
            form.linear[v] += q * weight(v) * (2.0 * held[i] + covariance[i][i] * weight(v));
            for u in 0..v {
                form.pairs[v][u] = 2.0 * q * covariance[i][variables[u].candidate] * weight(u) * weight(v);
            }
        }
        form
    }

    /// Adds `weight (slopes'b - end)^2`.
    pub fn add_square(&mut self, slopes: &[f64], end: f64, weight: f64) {
        self.constant += weight * end * end;
        for (v, slope) in slopes.iter().enumerate() {
            self.linear[v] += weight * slope * (slope - 2.0 * end);
            self.pairs[v].iter_mut().zip(slopes).for_each(|(pair, other)| *pair += 2.0 * weight * slope * other);
        }
    }

    /// The form over the lowest bits, the higher bits being those of `high` (already in place):
    /// its constant and its linear part. Pairs of low bits do not depend on them.
    pub fn below(&self, low: usize, high: u64) -> (f64, Vec<f64>) {
        let set: Vec<usize> = (low..self.linear.len()).filter(|at| high >> at & 1 == 1).collect();
        let mut constant = self.constant;
        let mut linear = self.linear[..low].to_vec();
        for (place, &v) in set.iter().enumerate() {
            constant += self.linear[v] + set[..place].iter().map(|&u| self.pairs[v][u]).sum::<f64>();
            linear.iter_mut().zip(&self.pairs[v]).for_each(|(own, pair)| *own += pair);
        }
        (constant, linear)
    }

    /// `sum_{u < v} pairs_vu b_u b_v` of every setting of the lowest `low` bits.
    pub fn pairs_table(&self, low: usize) -> Vec<f64> {
        let mut table = vec![0.0];
        for row in &self.pairs[..low] {
            let with_this = linear_table(0.0, row);
            let upper: Vec<f64> = table.iter().zip(&with_this).map(|(without, more)| without + more).collect();
            table.extend(upper);
        }
        table
    }
}

/// `constant + sum_v linear_v b_v` of every setting of the bits: one sum each.
pub(super) fn linear_table(constant: f64, linear: &[f64]) -> Vec<f64> {
    let mut table = Vec::with_capacity(1 << linear.len());
    table.push(constant);
    for slope in linear {
        table.extend_from_within(..);
        let half = table.len() / 2;
        table[half..].iter_mut().for_each(|value| *value += slope);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_hold_the_sum_of_every_setting() {
        assert_eq!(linear_table(1.0, &[10.0, 100.0]), [1.0, 11.0, 101.0, 111.0]);
        let form =
            BitForm { constant: 1.0, linear: vec![2.0, 3.0, 5.0], pairs: vec![vec![], vec![7.0], vec![11.0, 13.0]] };
        assert_eq!(form.pairs_table(3), [0.0, 0.0, 0.0, 7.0, 0.0, 11.0, 13.0, 31.0]);
        // Bit 2 set: 1 + 5, and it pairs with bits 0 and 1.
        assert_eq!(form.below(2, 0b100), (6.0, vec![13.0, 16.0]));
    }
}

//! Weights of the paths of one spin, forward and backward, averaged over the field of all others.

use num_complex::Complex64;

/// The weights `W_q(a)` of all paths `a = (a_1, ..., a_q, a_-q, ..., a_-1)` of signs.
///
/// A pair `(a_j, a_-j)` is one digit, 0 to 3 for `++`, `--`, `+-`, `-+`; digit 1 is the fastest. A
/// path and its negative weigh the same, so that only `a_1 = +` is kept: digit 1 has the two values
/// `++` and `+-`, and there are `2 * 4^(q-1)` weights.
pub struct Paths {
    layers: usize,
    re: Vec<f64>,
    im: Vec<f64>,
}

/// Signs of the forward path by the digit.
const FORWARD: [f64; 4] = [1.0, -1.0, 1.0, -1.0];
/// Signs of the backward path by the digit.
const BACKWARD: [f64; 4] = [1.0, -1.0, -1.0, 1.0];

impl Paths {
    /// `<a_1|+><+|a_-1> exp(-gamma^2 (1 - a_1 a_-1))`.
    pub fn of_the_first_layer(gamma: f64) -> Self {
        Self { layers: 1, re: vec![0.5, 0.5 * libm::exp(-2.0 * gamma * gamma)], im: vec![0.0; 2] }
    }

    /// The paths of one more layer `q`, the last of `gamma`; `beta` is the mixer's angle between
    /// the last layer and it, `row` the correlations `G_{q,j}`, `j < q`.
    ///
    /// `W_q = W_{q-1} <a_{q-1}|exp(i beta X)|a_q> <a_-q|exp(-i beta X)|a_-(q-1)> F`. `F` is what the
    /// exponent `-(1/2) sum_jk Gamma_j Gamma_k G_jk a_j a_k` gains by the new times. Where
    /// `a_q = a_-q` this is nothing. Where they differ it is
    /// `-2 gamma_q^2 - 2 gamma_q a_q sum_{j<q} gamma_j (a_j G_qj - a_-j conj(G_qj))`: a sum over
    /// digits, so that `F` is a product of one factor per digit, built by doubling without an
    /// exponential per path.
    pub fn longer(&self, gamma: &[f64], beta: f64, row: &[Complex64]) -> Self {
        let len = self.re.len();
        let mut next =
            Self { layers: self.layers + 1, re: Vec::with_capacity(4 * len), im: Vec::with_capacity(4 * len) };
        for digit in 0..4 {
            let field = if digit < 2 { None } else { Some(field_factors(gamma, row, FORWARD[digit])) };
            next.push_block(self, digit, beta, field.as_deref());
        }
        next
    }

    /// Appends the paths that end in one digit.
    fn push_block(&mut self, before: &Self, digit: usize, beta: f64, field: Option<&[Complex64]>) {
        // The first layer has two values of its only digit, `++` and `+-`.
        let last_digits: &[usize] = if before.layers == 1 { &[0, 2] } else { &[0, 1, 2, 3] };
        let part = before.re.len() / last_digits.len();
        for (at, &last) in last_digits.iter().enumerate() {
            let step = mixer(beta, last, digit);
            for path in at * part..(at + 1) * part {
                let weight = Complex64::new(before.re[path], before.im[path]) * step;
                let weight = field.map_or(weight, |field| weight * field[path]);
                self.re.push(weight.re);
                self.im.push(weight.im);
            }
        }
    }

    /// `G_{q+1,j}` for `j = 1..=q`: the correlations of the spin after a mixer of angle `beta`.
    ///
    /// With `exp(i beta X) Z exp(-i beta X) = Z exp(-2 i beta X)` the later time is summed over by
    /// hand: `sum_a W_q(a) a_j a_q t`, `t = cos(2 beta)` where `a_q = a_-q`, else `-i sin(2 beta)`.
    pub fn correlations(&self, beta: f64) -> Vec<Complex64> {
        let (c, s) = (libm::cos(2.0 * beta), libm::sin(2.0 * beta));
        let turn = [c.into(), c.into(), Complex64::new(0.0, -s), Complex64::new(0.0, -s)];
        let mut row = vec![Complex64::ZERO; self.layers];
        if self.layers == 1 {
            row[0] = 2.0 * (turn[0] * self.re[0] + turn[2] * self.re[1]);
            return row;
        }
        let ends = self.fold(|digit| turn[digit] * FORWARD[digit]);
        row[self.layers - 1] = 2.0 * self.fold(|digit| turn[digit]).total();
        ends.correlate(&mut row[..self.layers - 1]);
        row
    }

    /// `2 sum_a V(a) a_j` for every digit, the slowest first; each is summed away when it is done.
    fn correlate(self, row: &mut [Complex64]) {
        let mut left = self;
        while left.layers > 1 {
            row[left.layers - 1] = 2.0 * left.fold(|digit| FORWARD[digit].into()).total();
            left = left.fold(|_| Complex64::ONE);
        }
        // `a_1 = +` on all that is kept.
        row[0] = 2.0 * left.total();
    }

    /// The slowest digit summed over, each value of it by a factor.
    fn fold(&self, factor: impl Fn(usize) -> Complex64) -> Self {
        let part = self.re.len() / 4;
        let mut sum = Self { layers: self.layers - 1, re: vec![0.0; part], im: vec![0.0; part] };
        for digit in 0..4 {
            let factor = factor(digit);
            let (re, im) = (&self.re[digit * part..][..part], &self.im[digit * part..][..part]);
            for path in 0..part {
                sum.re[path] += re[path] * factor.re - im[path] * factor.im;
                sum.im[path] += re[path] * factor.im + im[path] * factor.re;
            }
        }
        sum
    }

    fn total(&self) -> Complex64 {
        Complex64::new(self.re.iter().sum(), self.im.iter().sum())
    }
}

/// `<a|exp(i beta X)|b> <b'|exp(-i beta X)|a'>` for the digits `(a, a')` and `(b, b')`.
fn mixer(beta: f64, from: usize, to: usize) -> Complex64 {
    let (c, s) = (libm::cos(beta), libm::sin(beta));
    let step = |stays: bool, turned: f64| if stays { c.into() } else { Complex64::new(0.0, turned) };
    // Signs, exactly 1 or -1.
    step(FORWARD[from] * FORWARD[to] > 0.0, s) * step(BACKWARD[from] * BACKWARD[to] > 0.0, -s)
}

/// `F` for every path before the new layer, whose forward sign is given and whose backward sign is
/// the other: a product over digits, each appended as the slowest.
fn field_factors(gamma: &[f64], row: &[Complex64], sign: f64) -> Vec<Complex64> {
    let new = gamma[row.len()];
    let mut field = vec![Complex64::from(libm::exp(-2.0 * new * new))];
    for (at, (gamma, correlation)) in gamma.iter().zip(row).enumerate() {
        let digits: &[usize] = if at == 0 { &[0, 2] } else { &[0, 1, 2, 3] };
        let factor = |&digit: &usize| {
            let difference = FORWARD[digit] * correlation - BACKWARD[digit] * correlation.conj();
            exp(-2.0 * new * sign * gamma * difference)
        };
        field = digits.iter().map(factor).flat_map(|factor| field.iter().map(move |part| part * factor)).collect();
    }
    field
}

/// `exp(z)`.
fn exp(exponent: Complex64) -> Complex64 {
    Complex64::new(libm::cos(exponent.im), libm::sin(exponent.im)) * libm::exp(exponent.re)
}

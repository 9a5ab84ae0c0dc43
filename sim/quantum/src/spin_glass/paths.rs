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
        let len = 4 * self.re.len();
        let mut next = Self { layers: self.layers + 1, re: Vec::with_capacity(len), im: Vec::with_capacity(len) };
        let [forward, backward] = [1.0, -1.0].map(|sign| self.times(&field_factors(gamma, row, sign)));
        for (digit, before) in [self, self, &forward, &backward].into_iter().enumerate() {
            let last_digits = digits(self.layers);
            let part = self.re.len() / last_digits.len();
            for (at, &last) in last_digits.iter().enumerate() {
                next.push(before, at * part, part, mixer(beta, last, digit));
            }
        }
        next
    }

    /// Appends some of the weights of `before`, times a factor.
    fn push(&mut self, before: &Self, first: usize, len: usize, factor: Complex64) {
        let (re, im) = (&before.re[first..][..len], &before.im[first..][..len]);
        self.re.extend(re.iter().zip(im).map(|(re, im)| re * factor.re - im * factor.im));
        self.im.extend(re.iter().zip(im).map(|(re, im)| re * factor.im + im * factor.re));
    }

    /// The product of each weight with its own factor.
    fn times(&self, factors: &Self) -> Self {
        let parts = || self.re.iter().zip(&self.im).zip(factors.re.iter().zip(&factors.im));
        let re = parts().map(|((a, b), (c, d))| a * c - b * d).collect();
        let im = parts().map(|((a, b), (c, d))| a * d + b * c).collect();
        Self { layers: self.layers, re, im }
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

/// The values of a layer's digit that are kept: of the first only those with `a_1 = +`.
fn digits(layer: usize) -> &'static [usize] {
    if layer == 1 { &[0, 2] } else { &[0, 1, 2, 3] }
}

/// `F` for every path before the new layer, whose forward sign is given and whose backward sign is
/// the other: a product over digits, each appended as the slowest.
fn field_factors(gamma: &[f64], row: &[Complex64], sign: f64) -> Paths {
    let new = gamma[row.len()];
    let mut field = Paths { layers: 0, re: vec![libm::exp(-2.0 * new * new)], im: vec![0.0] };
    for (gamma, correlation) in gamma.iter().zip(row) {
        let mut next = Paths { layers: field.layers + 1, re: Vec::new(), im: Vec::new() };
        for &digit in digits(next.layers) {
            let difference = FORWARD[digit] * correlation - BACKWARD[digit] * correlation.conj();
            next.push(&field, 0, field.re.len(), exp(-2.0 * new * sign * gamma * difference));
        }
        field = next;
    }
    field
}

/// `exp(z)`.
fn exp(exponent: Complex64) -> Complex64 {
    Complex64::new(libm::cos(exponent.im), libm::sin(exponent.im)) * libm::exp(exponent.re)
}

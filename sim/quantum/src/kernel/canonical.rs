//! A 4 by 4 unitary as gates on its single qubits around one rotation in two planes.
//!
//! Every `U` of `U(4)` is `(A1 x A2) exp(i (x XX + y YY + z ZZ)) (B1 x B2)` (B. Kraus and J. I. Cirac,
//! Phys. Rev. A 63, 062309, 2001). The middle mixes |00> with |11> and |01> with |10> only, by a
//! plane rotation each: two multiply-adds per amplitude where the dense matrix takes sixteen, and the
//! outer gates melt into their neighbours. In the magic basis the outer gates are real orthogonal and
//! the middle is diagonal, so that `M = U^T U` is symmetric and its eigenvectors give both.

use num_complex::Complex64;

use super::turn::size;
use crate::circuit::{Matrix1, Matrix2};

type Real4 = [[f64; 4]; 4];

const ZERO: Complex64 = Complex64::ZERO;
const I: Complex64 = Complex64::I;
const ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;
/// Sweeps of Jacobi rotations; five or six suffice.
const MOST_SWEEPS: usize = 40;
/// The square of an element that counts as zero beside those of size 1.
const NOTHING: f64 = 1e-31;

/// `after * middle * before`, the middle with phases `even`, `odd` around rotations of the planes.
#[derive(Clone, Debug)]
pub struct Canonical {
    /// Gates before the middle, of the first and the second qubit.
    pub before: [Matrix1; 2],
    /// The middle of |00>, |11>.
    pub even: Plane,
    /// The middle of |01>, |10>.
    pub odd: Plane,
    /// Gates after the middle.
    pub after: [Matrix1; 2],
}

/// `phase * [cos, i sin; i sin, cos]`.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    /// Of size 1.
    pub phase: Complex64,
    /// Cosine of the rotation.
    pub cosine: f64,
    /// Sine of the rotation.
    pub sine: f64,
}

impl Plane {
    /// The plane that nothing turns.
    pub const STILL: Self = Self { phase: Complex64::ONE, cosine: 1.0, sine: 0.0 };

    /// From the phases of the even and of the odd combination of its two states.
    fn of(sum: f64, difference: f64) -> Self {
        let (mean, half) = (f64::midpoint(sum, difference), (sum - difference) / 2.0);
        let phase = Complex64::new(libm::cos(mean), libm::sin(mean));
        Self { phase, cosine: libm::cos(half), sine: libm::sin(half) }
    }
}

impl Canonical {
    /// The split of a unitary; rows and columns are `first + 2 * second`.
    pub fn of(unitary: &Matrix2) -> Self {
        let magic = to_magic(unitary);
        let mut symmetric = [[ZERO; 4]; 4];
        each(|r, c| symmetric[r][c] = (0..4).map(|k| magic[k][r] * magic[k][c]).sum());
        let mut right = eigenvectors(symmetric);
        if determinant(&right) < 0.0 {
            right.iter_mut().for_each(|row| row[0] = -row[0]);
        }
        let turned = product(&magic, &right);
        let mut angles = [0.0; 4];
        let mut left = [[0.0; 4]; 4];
        for column in 0..4 {
            let square: Complex64 = (0..4).map(|row| turned[row][column] * turned[row][column]).sum();
            let angle = libm::atan2(square.im, square.re) / 2.0;
            let back = Complex64::new(libm::cos(angle), -libm::sin(angle));
            (0..4).for_each(|row| left[row][column] = (turned[row][column] * back).re);
            angles[column] = angle;
        }
        if determinant(&left) < 0.0 {
            left.iter_mut().for_each(|row| row[0] = -row[0]);
            angles[0] += std::f64::consts::PI;
        }
        let mut transposed = [[0.0; 4]; 4];
        each(|r, c| transposed[r][c] = right[c][r]);
        Self {
            before: factors(&from_magic(&transposed)),
            even: Plane::of(angles[0], angles[1]),
            odd: Plane::of(angles[2], angles[3]),
            after: factors(&from_magic(&left)),
        }
    }
}

/// Columns: (|00> + |11>), i (|00> - |11>), i (|01> + |10>), |01> - |10>, each over root 2.
fn magic_basis() -> Matrix2 {
    let (one, i) = (Complex64::from(ROOT), I * ROOT);
    [[one, i, ZERO, ZERO], [ZERO, ZERO, i, -one], [ZERO, ZERO, i, one], [one, -i, ZERO, ZERO]]
}

fn each(mut element: impl FnMut(usize, usize)) {
    (0..16).for_each(|at| element(at / 4, at % 4));
}

fn to_magic(unitary: &Matrix2) -> Matrix2 {
    let basis = magic_basis();
    let (mut half, mut whole) = ([[ZERO; 4]; 4], [[ZERO; 4]; 4]);
    each(|r, c| half[r][c] = (0..4).map(|k| unitary[r][k] * basis[k][c]).sum());
    each(|r, c| whole[r][c] = (0..4).map(|k| basis[k][r].conj() * half[k][c]).sum());
    whole
}

fn from_magic(orthogonal: &Real4) -> Matrix2 {
    let basis = magic_basis();
    let half = product(&basis, orthogonal);
    let mut whole = [[ZERO; 4]; 4];
    each(|r, c| whole[r][c] = (0..4).map(|k| half[r][k] * basis[c][k].conj()).sum());
    whole
}

fn product(a: &Matrix2, b: &Real4) -> Matrix2 {
    let mut result = [[ZERO; 4]; 4];
    each(|r, c| result[r][c] = (0..4).map(|k| a[r][k] * b[k][c]).sum());
    result
}

/// Real orthonormal eigenvectors, as columns, of a symmetric unitary: its real and imaginary parts
/// commute and are made diagonal together by Jacobi rotations (J.-F. Cardoso and A. Souloumiac, SIAM
/// J. Matrix Anal. Appl. 17, 161, 1996), which need no care for repeated eigenvalues.
fn eigenvectors(mut matrix: Matrix2) -> Real4 {
    let mut vectors = [[0.0; 4]; 4];
    (0..4).for_each(|at| vectors[at][at] = 1.0);
    for _ in 0..MOST_SWEEPS {
        let mut done = true;
        for p in 0..3 {
            for q in p + 1..4 {
                let (difference, twice) = (matrix[p][p] - matrix[q][q], matrix[p][q] * 2.0);
                if twice.norm_sqr() < NOTHING {
                    continue;
                }
                let on = difference.norm_sqr() - twice.norm_sqr();
                let off = 2.0 * (difference.re * twice.re + difference.im * twice.im);
                let angle = libm::atan2(off, on) / 4.0;
                done = false;
                rotate(&mut matrix, &mut vectors, (p, q), libm::cos(angle), libm::sin(angle));
            }
        }
        if done {
            break;
        }
    }
    vectors
}

fn rotate(matrix: &mut Matrix2, vectors: &mut Real4, (p, q): (usize, usize), c: f64, s: f64) {
    for k in 0..4 {
        let [a, b] = [matrix[k][p], matrix[k][q]];
        (matrix[k][p], matrix[k][q]) = (a * c + b * s, b * c - a * s);
        let [a, b] = [vectors[k][p], vectors[k][q]];
        (vectors[k][p], vectors[k][q]) = (a * c + b * s, b * c - a * s);
    }
    for k in 0..4 {
        let [a, b] = [matrix[p][k], matrix[q][k]];
        (matrix[p][k], matrix[q][k]) = (a * c + b * s, b * c - a * s);
    }
}

fn determinant(m: &Real4) -> f64 {
    let minor = |r: usize, s: usize, a: usize, b: usize| m[r][a] * m[s][b] - m[r][b] * m[s][a];
    let pairs = [(0, 1, 2, 3), (0, 2, 1, 3), (0, 3, 1, 2), (1, 2, 0, 3), (1, 3, 0, 2), (2, 3, 0, 1)];
    let signs = [1.0, -1.0, 1.0, 1.0, -1.0, 1.0];
    pairs.into_iter().zip(signs).map(|((a, b, c, d), sign)| sign * minor(0, 1, a, b) * minor(2, 3, c, d)).sum()
}

/// The unitaries on the first and the second qubit whose product a matrix is.
fn factors(matrix: &Matrix2) -> [Matrix1; 2] {
    let element = |r1: usize, c1: usize, r2: usize, c2: usize| matrix[r1 + 2 * r2][c1 + 2 * c2];
    let places = || (0..4).map(|at| (at / 2, at % 2));
    let block = |r2, c2| places().map(|(r1, c1)| element(r1, c1, r2, c2).norm_sqr()).sum::<f64>();
    // The largest block is a multiple of the first factor; against it the second is read off.
    let largest = places().max_by(|&(a, b), &(c, d)| block(a, b).total_cmp(&block(c, d)));
    let (r, c) = largest.expect("four places");
    let scale = libm::sqrt(block(r, c) / 2.0);
    let (mut first, mut second) = ([[ZERO; 2]; 2], [[ZERO; 2]; 2]);
    places().for_each(|(r1, c1)| first[r1][c1] = element(r1, c1, r, c) / scale);
    for (r2, c2) in places() {
        second[r2][c2] =
            places().map(|(r1, c1)| first[r1][c1].conj() * element(r1, c1, r2, c2)).sum::<Complex64>() / 2.0;
    }
    debug_assert!((size(first[0][0]) - size(first[1][1])).abs() < 1e-6, "a product of unitaries");
    [first, second]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::{Angle, Gate};

    fn multiply(a: &Matrix2, b: &Matrix2) -> Matrix2 {
        let mut result = [[ZERO; 4]; 4];
        each(|r, c| result[r][c] = (0..4).map(|k| a[r][k] * b[k][c]).sum());
        result
    }

    fn both([first, second]: &[Matrix1; 2]) -> Matrix2 {
        let mut result = [[ZERO; 4]; 4];
        each(|r, c| result[r][c] = first[r & 1][c & 1] * second[r >> 1][c >> 1]);
        result
    }

    fn middle(split: &Canonical) -> Matrix2 {
        let mut result = [[ZERO; 4]; 4];
        for (plane, x, y) in [(split.even, 0, 3), (split.odd, 1, 2)] {
            (result[x][x], result[y][y]) = (plane.phase * plane.cosine, plane.phase * plane.cosine);
            (result[x][y], result[y][x]) = (plane.phase * I * plane.sine, plane.phase * I * plane.sine);
        }
        result
    }

    #[test]
    fn the_split_gives_the_matrix_back() {
        let angle = Angle::Fixed(0.7);
        let h = both(&[Gate::H.matrix1().unwrap(), Gate::T.matrix1().unwrap()]);
        let y = both(&[Gate::Ry(angle).matrix1().unwrap(), Gate::Rx(Angle::Fixed(1.1)).matrix1().unwrap()]);
        let gates = [Gate::Cx, Gate::Cz, Gate::Swap, Gate::ControlledPhase(angle), Gate::Rzz(angle), Gate::Xy(angle)];
        for gate in gates {
            let plain = gate.matrix2().unwrap();
            let dressed = multiply(&h, &multiply(&plain, &multiply(&y, &multiply(&plain, &h))));
            for matrix in [plain, dressed, h] {
                let split = Canonical::of(&matrix);
                let made = multiply(&both(&split.after), &multiply(&middle(&split), &both(&split.before)));
                each(|r, c| assert!((made[r][c] - matrix[r][c]).norm() < 1e-13, "{} {r} {c}", gate.name()));
            }
        }
    }
}

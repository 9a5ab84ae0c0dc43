//! The factors of a diagonal, amplitude by amplitude of a block.

use num_complex::Complex64;
use pulp::{Arch, NullaryFnOnce};

use super::lanes::complex_times;
use super::steps::Diagonal;
use crate::real::Real;

/// Real and imaginary parts of the factors of one diagonal.
pub struct Table<'a, R, const L: usize> {
    pub re: &'a mut [[R; L]],
    pub im: &'a mut [[R; L]],
}

impl<R: Real, const L: usize> Table<'_, R, L> {
    /// Writes the factors for the piece whose first amplitude has index `base`: the table of the
    /// lower positions, times the factor of the next one, is the table's next part; where that
    /// position shares factors with lower ones, they are multiplied in.
    #[inline(always)]
    pub fn fill(self, diagonal: &Diagonal, base: u64) {
        Arch::new().dispatch(Fill { table: self, diagonal, base });
    }

    #[inline(always)]
    fn fill_here(&mut self, diagonal: &Diagonal, base: u64) {
        let constant = diagonal.constant.iter().filter(|(mask, _)| base & mask == *mask);
        let scale = constant.fold(diagonal.scale, |scale, (_, factor)| scale * factor);
        let mut single = [Complex64::ONE; 64];
        single[..diagonal.single.len()].copy_from_slice(&diagonal.single);
        for &(position, bit, factor) in &diagonal.outer {
            if base >> bit & 1 == 1 {
                single[position] *= factor;
            }
        }
        self.fill_first(diagonal, scale, &single);
        let in_lanes = L.trailing_zeros() as usize;
        for position in in_lanes..diagonal.single.len() {
            let half = 1 << (position - in_lanes);
            self.double(half, single[position]);
            for &(_, lower, factor) in diagonal.pairs.iter().filter(|(higher, _, _)| *higher == position) {
                self.multiply(half, lower, factor);
            }
        }
    }

    /// The first vector: the positions that are lanes.
    #[inline(always)]
    fn fill_first(&mut self, diagonal: &Diagonal, scale: Complex64, single: &[Complex64; 64]) {
        let mut factors = [scale; L];
        for (lane, factor) in factors.iter_mut().enumerate() {
            for (position, single) in single[..L.trailing_zeros() as usize].iter().enumerate() {
                *factor *= if lane >> position & 1 == 1 { *single } else { Complex64::ONE };
            }
            for (higher, lower, both) in &diagonal.pairs {
                let on = *higher < L.trailing_zeros() as usize && lane >> higher & lane >> lower & 1 == 1;
                *factor *= if on { *both } else { Complex64::ONE };
            }
        }
        self.re[0] = factors.map(|factor| R::of(factor.re));
        self.im[0] = factors.map(|factor| R::of(factor.im));
    }

    /// Vectors `half..2 * half` from those before.
    #[inline(always)]
    fn double(&mut self, half: usize, factor: Complex64) {
        let factor: [[R; L]; 2] = splat(factor);
        let (re, re_next) = self.re[..2 * half].split_at_mut(half);
        let (im, im_next) = self.im[..2 * half].split_at_mut(half);
        for (((re, im), re_next), im_next) in re.iter().zip(im).zip(re_next).zip(im_next) {
            [*re_next, *im_next] = complex_times([*re, *im], [&factor[0], &factor[1]]);
        }
    }

    /// Multiplies those of vectors `half..2 * half` in which position `lower` is 1.
    #[inline(always)]
    fn multiply(&mut self, half: usize, lower: usize, factor: Complex64) {
        let in_lanes = L.trailing_zeros() as usize;
        let (re, im) = (&mut self.re[half..2 * half], &mut self.im[half..2 * half]);
        if lower < in_lanes {
            let mut factors: [[R; L]; 2] = splat(Complex64::ONE);
            for lane in (0..L).filter(|lane| lane >> lower & 1 == 1) {
                (factors[0][lane], factors[1][lane]) = (R::of(factor.re), R::of(factor.im));
            }
            return re.iter_mut().zip(im).for_each(|(re, im)| [*re, *im] = complex_times([*re, *im], [&factors[0], &factors[1]]));
        }
        let run = 1 << (lower - in_lanes);
        let factor: [[R; L]; 2] = splat(factor);
        for (re, im) in re.chunks_exact_mut(2 * run).zip(im.chunks_exact_mut(2 * run)) {
            for (re, im) in re[run..].iter_mut().zip(&mut im[run..]) {
                [*re, *im] = complex_times([*re, *im], [&factor[0], &factor[1]]);
            }
        }
    }
}

struct Fill<'a, 'd, R, const L: usize> {
    table: Table<'a, R, L>,
    diagonal: &'d Diagonal,
    base: u64,
}

impl<R: Real, const L: usize> NullaryFnOnce for Fill<'_, '_, R, L> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        self.table.fill_here(self.diagonal, self.base);
    }
}

#[inline(always)]
fn splat<R: Real, const L: usize>(value: Complex64) -> [[R; L]; 2] {
    [[R::of(value.re); L], [R::of(value.im); L]]
}


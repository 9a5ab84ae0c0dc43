//! The factors of a diagonal, amplitude by amplitude of a block.

use num_complex::Complex64;
use pulp::{Arch, Simd, WithSimd};

use super::packed::Packed;
use super::steps::{Diagonal, Span};

/// Factors of `LANES` amplitudes are written one by one; above, whole vectors are.
const LANES: usize = 1 << Span::LANES;

/// Writes the factors of a diagonal for the piece whose first amplitude has index `base`, real and
/// imaginary parts, for the positions of its span alone: the table of the lower positions, times the
/// factor of the next one, is the table's next part; where that position shares factors with lower
/// ones, they are multiplied in.
pub fn fill<R: Packed>([re, im]: [&mut [R]; 2], diagonal: &Diagonal, span: Span, base: u64) {
    let constant = diagonal.constant.iter().filter(|(mask, _)| base & mask == *mask);
    let scale = constant.fold(diagonal.scale, |scale, (_, factor)| scale * factor);
    // A table has LANES factors at least; beyond the span they are not looked at.
    let mut single = [Complex64::ONE; 64];
    single[..diagonal.single.len() - span.low].copy_from_slice(&diagonal.single[span.low..]);
    for &(position, bit, factor) in &diagonal.outer {
        single[position - span.low] *= if base >> bit & 1 == 1 { factor } else { Complex64::ONE };
    }
    let shared = |higher: usize| {
        let pairs = diagonal.pairs.iter().filter(move |pair| pair.0 == higher + span.low);
        pairs.map(move |&(_, lower, factor)| (lower - span.low, factor))
    };
    for (at, factor) in first_factors(scale, &single, shared).iter().enumerate() {
        (re[at], im[at]) = (R::of(factor.re), R::of(factor.im));
    }
    for position in Span::LANES..span.high - span.low {
        let half = 1 << position;
        let ((re, re_next), (im, im_next)) = (re.split_at_mut(half), im.split_at_mut(half));
        let (re_next, im_next) = (&mut re_next[..half], &mut im_next[..half]);
        Arch::new().dispatch(Multiplied { of: [re, im], factor: single[position], into: [re_next, im_next] });
        shared(position).for_each(|(lower, factor)| multiply_ones([re_next, im_next], lower, factor));
    }
}

/// The factors of the lowest positions.
fn first_factors<Pairs: Iterator<Item = (usize, Complex64)>>(
    scale: Complex64,
    single: &[Complex64; 64],
    shared: impl Fn(usize) -> Pairs,
) -> [Complex64; LANES] {
    let mut factors = [scale; LANES];
    for position in 0..Span::LANES {
        let half = 1 << position;
        for lane in half..2 * half {
            factors[lane] = factors[lane - half] * single[position];
        }
        for (lower, factor) in shared(position) {
            let ones = (half..2 * half).filter(|lane| lane >> lower & 1 == 1);
            ones.for_each(|lane| factors[lane] *= factor);
        }
    }
    factors
}

/// `into = of * factor`.
struct Multiplied<'a, R> {
    of: [&'a [R]; 2],
    factor: Complex64,
    into: [&'a mut [R]; 2],
}

impl<R: Packed> WithSimd for Multiplied<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let factor = [self.factor.re, self.factor.im].map(|part| R::splat(simd, R::of(part)));
        let [re, im] = self.into;
        let of = R::packed::<S>(self.of[0]).iter().zip(R::packed::<S>(self.of[1]));
        for ((re, im), (a, b)) in R::packed_mut::<S>(re).iter_mut().zip(R::packed_mut::<S>(im)).zip(of) {
            [*re, *im] = R::complex_times(simd, [*a, *b], factor);
        }
    }
}

/// Multiplies those values in which bit `lower` of the place is 1.
fn multiply_ones<R: Packed>([re, im]: [&mut [R]; 2], lower: usize, factor: Complex64) {
    let (mut one, mut other) = ([R::ONE; LANES], [R::ZERO; LANES]);
    for lane in (0..LANES).filter(|lane| lane >> lower & 1 == 1 || lower >= Span::LANES) {
        (one[lane], other[lane]) = (R::of(factor.re), R::of(factor.im));
    }
    let run = if lower < Span::LANES { [0, LANES] } else { [1 << lower, 2 << lower] };
    Arch::new().dispatch(MultiplyOnes { parts: [re, im], run, factors: [one, other] });
}

/// Multiplies the values of every run from its first place on by sixteen factors, again and again.
struct MultiplyOnes<'a, R> {
    parts: [&'a mut [R]; 2],
    /// First place and length.
    run: [usize; 2],
    factors: [[R; LANES]; 2],
}

impl<R: Packed> WithSimd for MultiplyOnes<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let [re, im] = self.parts;
        let factors = [R::packed::<S>(&self.factors[0]), R::packed::<S>(&self.factors[1])];
        let [first, length] = self.run;
        for (re, im) in re.chunks_exact_mut(length).zip(im.chunks_exact_mut(length)) {
            let (re, im) = (R::packed_mut::<S>(&mut re[first..]), R::packed_mut::<S>(&mut im[first..]));
            for (re, im) in re.chunks_exact_mut(factors[0].len()).zip(im.chunks_exact_mut(factors[0].len())) {
                for ((re, im), (a, b)) in re.iter_mut().zip(im).zip(factors[0].iter().zip(factors[1])) {
                    [*re, *im] = R::complex_times(simd, [*re, *im], [*a, *b]);
                }
            }
        }
    }
}

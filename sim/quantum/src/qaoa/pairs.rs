//! `exp(-i beta (XX + YY)/2)` over pairs of qubits: the mixers that keep the number of ones.

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::real::Real;
use crate::state::State;

/// Least amplitudes that are worth another thread.
const LEAST_LEN: usize = 1 << 12;

/// The pairs of the ring mixer in order: (0,1), (2,3), ...; then (1,2), (3,4), ...; then (0, n-1).
pub(super) fn ring(n: u32) -> Vec<(u32, u32)> {
    let from = |first: u32| (first..n.saturating_sub(1)).step_by(2).map(|a| (a, a + 1));
    from(0).chain(from(1)).chain((n > 1).then(|| (0, n - 1))).collect()
}

/// The pairs of the complete mixer in order: (0,1), (0,2), ..., (0, n-1), (1,2), ...
pub(super) fn complete(n: u32) -> Vec<(u32, u32)> {
    (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect()
}

/// One pair, `low < high`: where one of the two is 1, `cos beta` of it stays and `-i sin beta` moves.
pub(super) fn turn<R: Real>(state: &mut State<R>, (low, high): (u32, u32), beta: f64) {
    let [cosine, sine] = [R::of(libm::cos(beta)), R::of(libm::sin(beta))];
    let (re, im) = state.parts_mut();
    let [chunk, inner] = [2_usize << high, 2_usize << low];
    let few = (LEAST_LEN / inner).max(1);
    re.par_chunks_exact_mut(chunk).zip(im.par_chunks_exact_mut(chunk)).for_each(|(re, im)| {
        let (re_0, re_1) = re.split_at_mut(chunk / 2);
        let (im_0, im_1) = im.split_at_mut(chunk / 2);
        let zero = re_0.par_chunks_mut(few * inner).zip(im_0.par_chunks_mut(few * inner));
        let one = re_1.par_chunks_mut(few * inner).zip(im_1.par_chunks_mut(few * inner));
        zero.zip(one).for_each(|((re_0, im_0), (re_1, im_1))| {
            pulp::Arch::new().dispatch(Piece { zero: [re_0, im_0], one: [re_1, im_1], inner, cosine, sine });
        });
    });
}

/// Amplitudes with the high qubit 0, and those with it 1, over blocks of the low qubit.
struct Piece<'a, R> {
    zero: [&'a mut [R]; 2],
    one: [&'a mut [R]; 2],
    inner: usize,
    cosine: R,
    sine: R,
}

impl<R: Real> NullaryFnOnce for Piece<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (c, s) = (self.cosine, self.sine);
        let [re_0, im_0] = self.zero.map(|parts| parts.chunks_exact_mut(self.inner));
        let [re_1, im_1] = self.one.map(|parts| parts.chunks_exact_mut(self.inner));
        for ((re_0, im_0), (re_1, im_1)) in re_0.zip(im_0).zip(re_1.zip(im_1)) {
            let half = self.inner / 2;
            // The low qubit is 1 where the high one is 0, and 0 where it is 1.
            let a = re_0[half..].iter_mut().zip(&mut im_0[half..]);
            let b = re_1[..half].iter_mut().zip(&mut im_1[..half]);
            for ((a_re, a_im), (b_re, b_im)) in a.zip(b) {
                let first = [a_re.fused(c, *b_im * s), a_im.fused(c, -*b_re * s)];
                let second = [b_re.fused(c, *a_im * s), b_im.fused(c, -*a_re * s)];
                [*a_re, *a_im] = first;
                [*b_re, *b_im] = second;
            }
        }
    }
}

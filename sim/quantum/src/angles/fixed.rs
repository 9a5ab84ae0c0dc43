//! Angles that were found once and serve many problems: a start for a search, or an end without one.
//!
//! All are for a cost to be minimised, so their gammas are negative; the literature, which maximises,
//! has them positive, and so have the tables here.

use std::f64::consts::FRAC_PI_8;

use super::climb::interpolated;
use crate::qaoa::Angles;
use crate::qubo::Ising;

/// `(gammas, betas)` by number of layers.
type Table = [(&'static [f64], &'static [f64])];

/// Best angles of [`crate::spin_glass::energy_per_spin`], found by [`super::climb`]
/// (`examples/spin_glass.rs` prints them). One to eight layers; they agree with those of Farhi et al.
/// 2022 and Basso et al. 2022 (arXiv:2110.14206).
const SPIN_GLASS: &Table = &[
    (&[0.5], &[FRAC_PI_8]),
    (&[0.381_741_0, 0.665_499_3], &[0.495_970_4, 0.269_043_8]),
    (&[0.329_690_1, 0.568_792_8, 0.640_596_4], &[0.549_976_4, 0.367_514_6, 0.210_876_4]),
    (&[0.294_948_8, 0.514_374_3, 0.558_559_3, 0.642_870_8], &[0.570_997_4, 0.417_568_7, 0.302_780_4, 0.172_895_0]),
    (
        &[0.270_515_1, 0.480_357_5, 0.507_390_0, 0.564_640_7, 0.639_657_2],
        &[0.589_917_9, 0.449_209_1, 0.355_930_4, 0.264_285_2, 0.148_568_2],
    ),
    (
        &[0.252_827_4, 0.453_092_7, 0.474_951_3, 0.514_605_0, 0.565_012_5, 0.639_216_9],
        &[0.600_404_9, 0.467_037_1, 0.388_038_0, 0.317_583_9, 0.232_470_0, 0.129_059_4],
    ),
    (
        &[0.238_271_4, 0.432_688_2, 0.451_585_4, 0.482_960_5, 0.514_747_2, 0.568_578_7, 0.639_328_2],
        &[0.608_460_8, 0.480_948_2, 0.409_017_8, 0.353_447_2, 0.285_710_3, 0.208_029_5, 0.114_560_9],
    ),
    (
        &[0.226_779_9, 0.416_186_4, 0.433_249_2, 0.460_832_0, 0.481_766_1, 0.517_923_1, 0.571_711_5, 0.639_318_0],
        &[0.615_101_1, 0.490_558_8, 0.424_378_3, 0.378_005_0, 0.322_363_3, 0.260_556_1, 0.188_419_7, 0.103_001_0],
    ),
];

/// Maximum cut of 3-regular graphs, `C = sum (1 - ZZ)/2`, two to four layers: J. Wurtz, D. Lykov,
/// "Fixed-angle conjectures for the quantum approximate optimization algorithm on regular `MaxCut`
/// graphs", Physical Review A 104:052419, 2021 (arXiv:2107.00677) and the data published with it;
/// two layers in the digits of J. Wurtz, P. Love, `MaxCut` guarantees for p > 1 (arXiv:2010.11209). On a
/// graph without cycles of `2p + 1` edges or fewer they cut 0.7559, 0.7923, 0.8167 of the edges.
const CUBIC_MAX_CUT: &Table = &[
    (&[0.487_709_732_7, 0.897_987_695_6], &[0.555_060_340_1, 0.292_507_814_8]),
    (&[0.417_878_32, 0.792_147_76, 0.932_329_48], &[0.600_328_89, 0.452_419_86, 0.235_114_12]),
    (
        &[0.407_184_06, 0.778_733_46, 0.977_861_02, 1.143_900_16],
        &[0.594_130_38, 0.440_618_78, 0.312_501_51, 0.163_125_74],
    ),
];

/// The best angles of the infinite spin glass with field 1 ([`coupling_scale`]). Beyond eight layers
/// the curve of eight is [`interpolated`]: not optimal, and a good start.
#[must_use]
pub fn spin_glass(layers: usize) -> Angles {
    if layers == 0 {
        return Angles { gamma: Vec::new(), beta: Vec::new() };
    }
    let tabulated = minimising(SPIN_GLASS[layers.min(SPIN_GLASS.len()) - 1]);
    (SPIN_GLASS.len()..layers).fold(tabulated, |angles, _| interpolated(&angles))
}

/// Those of a spin glass whose field is `scale` instead of 1: gammas divided by it.
#[must_use]
pub fn spin_glass_of(scale: f64, layers: usize) -> Angles {
    let Angles { gamma, beta } = spin_glass(layers);
    Angles { gamma: gamma.into_iter().map(|gamma| gamma / scale).collect(), beta }
}

/// The angles of the spin glass for any Ising form, by its [`coupling_scale`].
#[must_use]
pub fn scaled(ising: &Ising, layers: usize) -> Angles {
    spin_glass_of(coupling_scale(ising), layers)
}

/// Root mean square over the spins of the field that one sees when the others point anywhere:
/// `sqrt((1/n) sum_i (h_i^2 + sum_j J_ij^2))`, and 1 where that is 0 or too small to divide by.
///
/// In the spin glass it is 1. For couplings alone it is `sqrt(D mean(J^2))` with the mean degree `D`,
/// the scaling of S. Sureshbabu, D. Herman, R. Shaydulin, J. Basso, S. Chakrabarti, Y. Sun,
/// M. Pistoia, "Parameter Setting in Quantum Approximate Optimization of Weighted Problems", Quantum
/// 8:1231, 2024. Fields of the problem's own count as couplings to a spin that does not turn: they
/// rotate a spin as couplings do, and large ones would carry it around with the gammas of the rest.
#[must_use]
pub fn coupling_scale(ising: &Ising) -> f64 {
    let parts = || ising.fields.iter().copied().chain(ising.couplings.iter().map(|&(_, _, coupling)| coupling));
    let largest = parts().fold(0.0, |largest: f64, part| largest.max(part.abs()));
    // Against the largest, so that no square overflows or vanishes.
    let square = |part: f64| (part / largest) * (part / largest);
    let fields: f64 = ising.fields.iter().map(|&field| square(field)).sum();
    let couplings: f64 = ising.couplings.iter().map(|&(_, _, coupling)| 2.0 * square(coupling)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a number of qubits")]
    let spins = ising.fields.len() as f64;
    let scale = largest * libm::sqrt((fields + couplings) / spins);
    if scale.is_normal() { scale } else { 1.0 }
}

/// Angles for the maximum cut of a regular graph, cost `-cut` with every edge weighing 1.
///
/// One layer, any degree `D`: `gamma = -arctan(1/sqrt(D-1))`, `beta = pi/8`, the best without
/// triangles (Z. Wang, S. Hadfield, Z. Jiang, E. Rieffel, "Quantum approximate optimization algorithm
/// for `MaxCut`: A fermionic view", Physical Review A 97:022304, 2018). Degree 3, two to four layers:
/// Wurtz and Lykov 2021. Otherwise those of the spin glass, to which large degrees tend (Basso et
/// al. 2022): a cut's Ising couplings are 1/2, so its field is `sqrt(D)/2`.
#[must_use]
pub fn regular_max_cut(degree: u32, layers: usize) -> Angles {
    let degree_beyond_one = f64::from(degree.max(1) - 1);
    match (degree, layers) {
        (_, 1) => minimising((&[libm::atan2(1.0, libm::sqrt(degree_beyond_one))], &[FRAC_PI_8])),
        (3, 2..=4) => minimising(CUBIC_MAX_CUT[layers - 2]),
        _ => spin_glass_of(libm::sqrt(degree_beyond_one + 1.0) / 2.0, layers),
    }
}

fn minimising((gamma, beta): (&[f64], &[f64])) -> Angles {
    Angles { gamma: gamma.iter().map(|gamma| -gamma).collect(), beta: beta.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ising(fields: &[f64], couplings: &[(u32, u32, f64)]) -> Ising {
        Ising { offset: 7.0, fields: fields.to_vec(), couplings: couplings.to_vec() }
    }

    #[test]
    fn the_scale_is_the_root_mean_square_field() {
        // Fields^2: 9 + 16 on spin 0, 16 + 0 on spin 1: (25 + 16) / 2.
        let scale = coupling_scale(&ising(&[3.0, 0.0], &[(0, 1, -4.0)]));
        assert!((scale - 20.5_f64.sqrt()).abs() < 1e-15);
        let tiny = coupling_scale(&ising(&[3e-200, 0.0], &[(0, 1, -4e-200)]));
        assert!((tiny * 1e200 - 20.5_f64.sqrt()).abs() < 1e-14);
        for nothing in [ising(&[0.0, 0.0], &[]), ising(&[], &[])] {
            assert!((coupling_scale(&nothing) - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn a_cut_of_a_ring_has_degree_two() {
        // Couplings 1/2 to two neighbours: sqrt(2)/2.
        let ring = ising(&[0.0; 3], &[(0, 1, 0.5), (1, 2, 0.5), (0, 2, 0.5)]);
        let (by_graph, by_scale) = (regular_max_cut(2, 5), scaled(&ring, 5));
        for (a, b) in by_graph.gamma.iter().zip(&by_scale.gamma) {
            assert!((a - b).abs() < 1e-15);
        }
    }

    #[test]
    fn every_number_of_layers_has_angles() {
        for layers in 0..12 {
            for angles in [spin_glass(layers), regular_max_cut(3, layers), regular_max_cut(0, layers)] {
                assert_eq!((angles.gamma.len(), angles.beta.len()), (layers, layers));
                assert!(angles.gamma.iter().chain(&angles.beta).all(|angle| angle.is_finite()));
            }
        }
    }
}

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

/// Best angles of [`crate::spin_glass::energy_per_spin`] to five digits, one to eight layers, found by
/// [`super::climb`] (`examples/spin_glass.rs` prints them). They agree with those of Farhi et al. 2022
/// and Basso et al. 2022 (arXiv:2110.14206).
const SPIN_GLASS: &Table = &[
    (&[0.5], &[FRAC_PI_8]),
    (&[0.381_74, 0.665_50], &[0.495_97, 0.269_04]),
    (&[0.329_69, 0.568_79, 0.640_60], &[0.549_98, 0.367_51, 0.210_88]),
    (&[0.294_95, 0.514_37, 0.558_56, 0.642_87], &[0.571_00, 0.417_57, 0.302_78, 0.172_89]),
    (&[0.270_52, 0.480_36, 0.507_39, 0.564_64, 0.639_66], &[0.589_92, 0.449_21, 0.355_93, 0.264_29, 0.148_57]),
    (
        &[0.252_83, 0.453_09, 0.474_95, 0.514_60, 0.565_01, 0.639_22],
        &[0.600_40, 0.467_04, 0.388_04, 0.317_58, 0.232_47, 0.129_06],
    ),
    (
        &[0.238_27, 0.432_69, 0.451_59, 0.482_96, 0.514_75, 0.568_58, 0.639_33],
        &[0.608_46, 0.480_95, 0.409_02, 0.353_45, 0.285_71, 0.208_03, 0.114_56],
    ),
    (
        &[0.226_78, 0.416_19, 0.433_25, 0.460_83, 0.481_77, 0.517_92, 0.571_71, 0.639_32],
        &[0.615_10, 0.490_56, 0.424_38, 0.378_00, 0.322_36, 0.260_56, 0.188_42, 0.103_00],
    ),
];

/// Maximum cut of 3-regular graphs, `C = sum (1 - ZZ)/2`, two to four layers: J. Wurtz, D. Lykov,
/// "Fixed-angle conjectures for the quantum approximate optimization algorithm on regular `MaxCut`
/// graphs", Physical Review A 104:052419, 2021 (arXiv:2107.00677) and the data published with it;
/// two layers in the digits of J. Wurtz, P. Love, arXiv:2010.11209. On a graph without cycles of
/// `2p + 1` edges or fewer they cut 0.7559, 0.7923, 0.8167 of the edges.
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

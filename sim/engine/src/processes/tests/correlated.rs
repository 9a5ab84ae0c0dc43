//! Correlations between sites and with load, and the matrices that are refused.

use super::super::{Law, Process, clear_sky_markov, faults_between};
use super::{path, processes, reverting};
use crate::lanes::Lanes;

fn site(name: &str, half_life_h: f64, correlated: &[(usize, f64)]) -> Process {
    let law = Law::Normal { mean: 0.0, standard_deviation: 1.0 };
    Process { correlated: correlated.to_vec(), ..reverting(name, law, half_life_h) }
}

/// Sample correlation over all futures of steps far apart, with its number of samples.
fn correlation(list: &[Process], a: usize, b: usize) -> (f64, f64) {
    let (mut sums, mut n) = ([0.0; 3], 0.0);
    let mut running = processes(list, 60);
    for group in 0..100 {
        let far = |rows: Vec<Lanes>| [rows[0], rows[59]].map(|row| row.0).concat();
        let x = far(path(&mut running, a, 64 * group, 60));
        let y = far(path(&mut running, b, 64 * group, 60));
        for (x, y) in x.iter().zip(&y) {
            sums[0] += x * y;
            sums[1] += x * x;
            sums[2] += y * y;
            n += 1.0;
        }
    }
    (sums[0] / f64::sqrt(sums[1] * sums[2]), n)
}

/// Standard error of a sample correlation: (1 - rho^2) / sqrt(n).
fn agrees(list: &[Process], a: usize, b: usize, rho: f64) {
    let (seen, n) = correlation(list, a, b);
    assert!((seen - rho).abs() < 3.0 * (1.0 - rho * rho) / f64::sqrt(n), "{a}, {b}: {seen} against {rho}");
}

#[test]
fn sites_correlate_as_declared() {
    let list = [site("a", 5.0, &[]), site("b", 5.0, &[(0, 0.8)]), site("load", 5.0, &[(0, -0.3), (1, 0.1)])];
    agrees(&list, 0, 1, 0.8);
    agrees(&list, 0, 2, -0.3);
    agrees(&list, 1, 2, 0.1);
}

/// A chain a - b - c makes 0.8 * 0.5 of its ends; two that name nobody in common stay apart.
#[test]
fn what_is_not_declared_follows_from_what_is() {
    let list = [site("a", 5.0, &[]), site("b", 5.0, &[(0, 0.8)]), site("c", 5.0, &[(1, 0.5)]), site("d", 5.0, &[])];
    agrees(&list, 0, 2, 0.4);
    agrees(&list, 2, 3, 0.0);
}

/// Stationary correlation at decays a and b: rho sqrt((1 - a^2)(1 - b^2)) / (1 - a b), at step 59,
/// where the start is forgotten; at step 0 it is rho itself, so the mean of both is seen.
#[test]
fn unequal_half_lives_weaken_the_correlation() {
    let list = [site("a", 2.0, &[]), site("b", 8.0, &[(0, 0.8)])];
    let (a, b) = (libm::exp2(-0.5), libm::exp2(-0.125));
    let late = 0.8 * f64::sqrt((1.0 - a * a) * (1.0 - b * b)) / (1.0 - a * b);
    agrees(&list, 0, 1, f64::midpoint(0.8, late));
}

fn rules(list: &[Process]) -> Vec<(usize, String)> {
    faults_between(list).into_iter().map(|(index, fault)| (index, fault.rule)).collect()
}

/// 0.9, 0.9 and -0.9 cannot hold together: the determinant is negative.
#[test]
fn correlations_that_contradict_each_other_are_refused() {
    let list = [site("a", 5.0, &[]), site("b", 5.0, &[(0, 0.9)]), site("c", 5.0, &[(0, 0.9), (1, -0.9)])];
    let expected = "must make a positive definite matrix with those of the named ones";
    assert_eq!(rules(&list), [(2, expected.to_owned())]);
}

#[test]
fn circles_and_strangers_are_refused() {
    let circle = [site("a", 5.0, &[(1, 0.5)]), site("b", 5.0, &[(0, 0.5)])];
    assert_eq!(rules(&circle).len(), 2);
    assert!(rules(&circle).iter().all(|(_, rule)| rule == "must not lead back to the process itself"));
    let strange = [site("a", 5.0, &[(7, 0.5), (0, 0.1)]), site("a", 5.0, &[(0, 1.0), (0, 0.2)])];
    let expected = [
        (0, "must name processes with a standard deviation above 0"),
        (0, "must not name the process itself"),
        (1, "must differ from that of every other process"),
        (1, "must lie between -1 and 1, both left out"),
        (1, "must name nobody twice"),
    ];
    assert_eq!(rules(&strange), expected.map(|(index, rule)| (index, rule.to_owned())));
}

#[test]
fn regimes_with_a_process_under_them_can_follow_a_site() {
    let sky = Process { correlated: vec![(0, 0.7)], ..clear_sky_markov("sky") };
    assert_eq!(rules(&[site("a", 5.0, &[]), sky]), []);
}

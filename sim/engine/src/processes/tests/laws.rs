//! Marginal laws and memory of the continuous processes.

use super::super::{Bounds, By, JumpSize, Jumps, Kind, Law, MeanReverting, Process, Season, clear_sky_markov};
use super::{agrees, ensemble, path, processes, reverting, spreads};

fn normal(half_life_h: f64) -> Process {
    reverting("x", Law::Normal { mean: 5.0, standard_deviation: 2.0 }, half_life_h)
}

#[test]
fn the_value_is_stationary_from_step_0_on() {
    for (step, values) in [0, 1, 40].iter().zip(ensemble(&normal(6.0), 1.0, &[0, 1, 40], 300)) {
        agrees(&format!("mean at step {step}"), &values, 5.0);
        spreads(&format!("spread at step {step}"), &values, 5.0, 2.0);
    }
}

/// At any step length: products of deviations over the variance, 0.5 on average after a half-life
/// and 0.25 after two.
#[test]
fn the_autocorrelation_at_the_half_life_is_a_half() {
    for (step_h, half, two) in [(1.0, 6, 12), (0.25, 24, 48), (6.0, 1, 2)] {
        let values = ensemble(&normal(6.0), step_h, &[0, half, two], 300);
        for (later, expected) in [(1, 0.5), (2, 0.25)] {
            let pairs = values[0].iter().zip(&values[later]);
            let products: Vec<f64> = pairs.map(|(x, y)| (x - 5.0) * (y - 5.0) / 4.0).collect();
            agrees(&format!("step {step_h} h"), &products, expected);
        }
    }
}

/// E = 1 whatever the spread; P(value < exp(-s^2 / 2)) = 1/2.
#[test]
fn a_lognormal_factor_keeps_its_mean_at_1() {
    for s in [0.1, 0.5, 1.0] {
        let law = Law::Lognormal { mean: 1.0, log_standard_deviation: s };
        let values = ensemble(&reverting("fuel", law, 100.0), 1.0, &[0, 7], 300);
        for list in &values {
            agrees("mean", list, 1.0);
            let below: Vec<f64> = list.iter().map(|v| f64::from(u8::from(*v < libm::exp(-s * s / 2.0)))).collect();
            agrees("share below the median", &below, 0.5);
        }
    }
}

/// Mean = scale Gamma(1 + 1/k), second moment = scale^2 Gamma(1 + 2/k), and the distribution
/// function at three points.
#[test]
fn a_weibull_wind_speed_has_its_marginal_law() {
    for (shape, scale) in [(2.0, 8.0), (1.6, 6.5)] {
        let values = ensemble(&reverting("wind", Law::Weibull { shape, scale }, 8.0), 1.0, &[0, 5], 300);
        for list in &values {
            agrees("mean", list, scale * libm::tgamma(1.0 + 1.0 / shape));
            let squares: Vec<f64> = list.iter().map(|v| v * v).collect();
            agrees("second moment", &squares, scale * scale * libm::tgamma(1.0 + 2.0 / shape));
            for speed in [3.0, 8.0, 14.0] {
                let below: Vec<f64> = list.iter().map(|v| f64::from(u8::from(*v < speed))).collect();
                agrees("share below", &below, 1.0 - libm::exp(-libm::pow(speed / scale, shape)));
            }
        }
    }
}

/// Campbell's theorem, at step 0 as later, for both laws of size and two step lengths.
#[test]
fn fading_jumps_have_the_mean_and_spread_of_shot_noise() {
    let normal = JumpSize::Normal { mean: 3.0, standard_deviation: 1.0 };
    let lognormal = JumpSize::Lognormal { median: 2.0, log_standard_deviation: 0.4 };
    for (size, step_h) in [(normal, 1.0), (lognormal, 1.0), (normal, 4.0)] {
        let jumps = Jumps { hazard_per_h: 0.05, size, half_life_h: 5.0 };
        let law = Law::Normal { mean: 10.0, standard_deviation: 0.0 };
        let kind = MeanReverting { law, half_life_h: 1.0, jumps: Some(jumps.clone()) };
        let values = ensemble(&Process::new("price", Kind::MeanReverting(kind)), step_h, &[0, 9, 30], 200);
        for list in &values {
            agrees("mean", list, 10.0 + jumps.mean());
            spreads("spread", list, 10.0 + jumps.mean(), jumps.standard_deviation());
        }
    }
}

/// By hand for the numbers above: 0.05 * 3 * 5 / ln 2 and sqrt(0.05 * 10 * 5 / (2 ln 2)).
#[test]
fn the_moments_of_jumps_by_hand() {
    let size = JumpSize::Normal { mean: 3.0, standard_deviation: 1.0 };
    let jumps = Jumps { hazard_per_h: 0.05, size, half_life_h: 5.0 };
    assert!((jumps.mean() - 1.082_021_280_666_7).abs() < 1e-12);
    assert!((jumps.standard_deviation() - 1.342_895_677_672).abs() < 1e-9);
}

#[test]
fn the_clear_sky_index_stays_within_its_bounds_and_has_two_modes() {
    let values = ensemble(&clear_sky_markov("sky"), 1.0, &[0, 24], 300).concat();
    assert!(values.iter().all(|k| (0.05..=1.2).contains(k)));
    let around = |middle: f64| values.iter().filter(|k| (*k - middle).abs() < 0.05).count();
    assert!(around(0.3) > around(0.6) * 3 / 2 && around(1.0) > around(0.6) * 3 / 2);
    // Shares of time 8 : 7.2 : 8; the cut at 0.05 and 1.2 moves the mean by less than 0.002.
    let (mean, error) = super::estimate(&values);
    let expected = (8.0 * 1.0 + 7.2 * 0.7 + 8.0 * 0.3) / 23.2;
    assert!((mean - expected).abs() < 3.0 * error + 0.002, "{mean} against {expected}");
}

#[test]
fn season_and_bounds_shape_the_value_and_not_the_luck() {
    let plain = normal(6.0);
    let mut season = Season { months: [1.0; 12], hours: [1.0; 24], by: By::Multiply };
    (season.months[1], season.hours[5]) = (2.0, 0.5);
    let bounds = Bounds { min: 0.0, max: 9.0 };
    let shaped = Process { season: Some(season), bounds, ..plain.clone() };
    let plain = path(&mut processes(&[plain], 800), 0, 0, 800);
    let shaped = path(&mut processes(&[shaped], 800), 0, 0, 800);
    for (step, factor) in [(0, 1.0), (5, 0.5), (719, 1.0), (720, 2.0), (725, 1.0)] {
        for (value, raw) in shaped[step].iter().zip(plain[step].0) {
            assert_eq!(*value, (raw * factor).clamp(0.0, 9.0), "step {step}");
        }
    }
}

/// `most` is a scale: nothing may pass it, and it may not be absurdly far off.
#[test]
fn no_value_passes_most() {
    let spike = JumpSize::Lognormal { median: 1.0, log_standard_deviation: 0.5 };
    let jumps = Some(Jumps { hazard_per_h: 0.02, size: spike, half_life_h: 10.0 });
    let law = Law::Normal { mean: 50.0, standard_deviation: 10.0 };
    let jumping = Process::new("a", Kind::MeanReverting(MeanReverting { law, half_life_h: 10.0, jumps }));
    let lognormal = reverting("b", Law::Lognormal { mean: 1.0, log_standard_deviation: 0.3 }, 10.0);
    let wind = reverting("c", Law::Weibull { shape: 2.0, scale: 8.0 }, 8.0);
    let list = [jumping, lognormal, wind, clear_sky_markov("d"), normal(3.0)];
    let list = list.into_iter().enumerate().map(|(i, p)| Process { stream: i.to_string(), ..p });
    let list: Vec<_> = list.collect();
    for index in 0..list.len() {
        let mut running = processes(&list, 4000);
        let rows = path(&mut running, index, 0, 4000);
        let greatest = rows.iter().flat_map(|row| row.0).fold(f64::MIN, f64::max);
        let most = running.magnitude(index);
        assert!(greatest <= most && most < 10.0 * greatest, "process {index}: {greatest} of {most}");
    }
}

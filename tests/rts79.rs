//! The simulation tells the truth: RTS-79 against its exact figures, by many seeds and at other
//! peak loads.
//!
//! All seeds are fixed, so a test that passes once passes always. Not here: systems beyond
//! RTS-79 (`truth`), and the exact figures themselves (`exact`).

mod support;

use support::{Bench, assert_near, library, metric, usually_or_nightly, z_score};

/// Hourly RTS-79: see `exact` for where they come from.
const EXACT: [(&str, f64); 3] = [("lole_h", 9.394_175), ("eue_mwh", 1176.2985), ("lolf", 1.915_154)];

/// Three standard errors of 20 000 futures are 3.5 % of LOLE and 5.7 % of EUE; nightly, of 100 000,
/// 1.5 % and 2.5 %.
#[test]
fn sequential_figures_are_within_three_standard_errors_of_the_exact_ones() {
    let bench = Bench::new();
    let replicas = usually_or_nightly(20_000, 100_000).to_string();
    let summary = bench.run(library("rts79.toml"), &["--replicas", &replicas]);
    assert_eq!(summary["seed"], 79);
    assert_near(&summary, &EXACT);
}

/// The mean of 20 squared z-scores, each a chi-square of one degree: mean 1, standard deviation
/// sqrt(2 / 20) = 0.32. Below 0.3 the standard errors are too large or the seeds not independent;
/// above 2.3 the estimates are biased or the standard errors too small.
///
/// A z-score carries its own scale, so its law is the same for 1500 futures as for 10 000 as soon as
/// the mean over futures is near normal, and two futures in three have a shortfall. What shrinks is
/// the power against a small bias: one of 5 % of LOLE is 1.2 standard errors of 1500 futures and 3 of
/// 10 000, which is why the nightly setting runs those.
#[test]
fn over_twenty_seeds_the_errors_are_as_large_as_they_say() {
    let bench = Bench::new();
    let replicas = usually_or_nightly(1500, 10_000).to_string();
    let mut squares = [0.0; 3];
    for seed in 1..=20 {
        let options = ["--replicas", &replicas, "--seed", &seed.to_string(), "--set", "outputs.keep=[]"];
        let summary = bench.run(library("rts79.toml"), &options);
        for (sum, (name, exact)) in squares.iter_mut().zip(EXACT) {
            *sum += z_score(&summary, name, exact).powi(2);
        }
    }
    for (sum, (name, _)) in squares.iter().zip(EXACT) {
        let mean = sum / 20.0;
        assert!((0.3..=2.3).contains(&mean), "{name}: mean squared z-score {mean:.3}");
    }
}

/// Other peaks of the load make other systems: from hardly ever short to short every other day.
#[test]
fn other_peak_loads_agree_with_their_convolution() {
    let bench = Bench::new();
    for (peak, usual) in [(2500, 30_000), (3000, 8000), (3300, 4000)] {
        let set = format!("load.system.peak_mw={peak}");
        let exact = bench.run(library("rts79.toml"), &["--method", "exact", "--set", &set]);
        let replicas = usually_or_nightly(usual, 5 * usual).to_string();
        let sampled = bench.run(library("rts79.toml"), &["--replicas", &replicas, "--seed", "5", "--set", &set]);
        assert_near(&sampled, &EXACT.map(|(name, _)| (name, metric(&exact, name).value)));
    }
}

/// Load without the simulation's part in it: the sum of the load table, whatever the seed.
#[test]
fn the_load_is_the_tables_to_the_last_digit() {
    let bench = Bench::new();
    let summary = bench.run(library("rts79.toml"), &["--replicas", "64", "--seed", "123"]);
    let load = metric(&summary, "load_mwh");
    // Sum over the 8736 h of 2850 MW x weekly x daily x hourly, summed apart from this program.
    assert!((load.value / 15_297_074.714 - 1.0).abs() < 1e-9, "{}", load.value);
    assert_eq!(load.error.to_bits(), 0.0_f64.to_bits());
}

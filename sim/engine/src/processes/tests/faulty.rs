//! Every broken rule is named, all at once.

use super::super::{
    Bounds, Duration, JumpSize, Jumps, Kind, Law, MeanReverting, Process, Processes, Regime, Regimes, Risk, Severity,
    clear_sky_markov,
};
use super::{reverting, stamps};

fn keys(kind: Kind) -> Vec<&'static str> {
    Process::new("x", kind).faults().into_iter().map(|fault| fault.key).collect()
}

#[test]
fn the_defaults_are_free_of_faults() {
    assert_eq!(clear_sky_markov("sky").faults(), []);
    assert_eq!(reverting("x", Law::Weibull { shape: 2.0, scale: 8.0 }, 8.0).faults(), []);
}

#[test]
fn a_mean_reverting_process_names_all_its_faults() {
    let size = JumpSize::Normal { mean: f64::NAN, standard_deviation: -1.0 };
    let jumps = Some(Jumps { hazard_per_h: -0.1, size, half_life_h: 0.0 });
    let law = Law::Normal { mean: f64::INFINITY, standard_deviation: -2.0 };
    let jump_keys = ["hazard_per_h", "half_life_h", "mean", "standard_deviation"];
    let expected = [&["half_life_h", "mean", "standard_deviation"], &jump_keys[..]].concat();
    assert_eq!(keys(Kind::MeanReverting(MeanReverting { law, half_life_h: 0.0, jumps: jumps.clone() })), expected);
    let law = Law::Weibull { shape: 0.0, scale: -8.0 };
    let expected = [&["shape", "scale", "jumps"], &jump_keys[..]].concat();
    assert_eq!(keys(Kind::MeanReverting(MeanReverting { law, half_life_h: 1.0, jumps })), expected);
    let law = Law::Lognormal { mean: 0.0, log_standard_deviation: f64::NAN };
    let expected = ["half_life_h", "mean", "log_standard_deviation"];
    assert_eq!(keys(Kind::MeanReverting(MeanReverting { law, half_life_h: -1.0, jumps: None })), expected);
}

#[test]
fn regimes_name_all_their_faults() {
    let regime =
        |next: &[f64]| Regime { mean: 1.0, standard_deviation: -0.1, mean_sojourn_h: 0.0, next: next.to_vec() };
    let states = vec![regime(&[0.0, 0.9]), regime(&[1.2, -0.2, 0.0])];
    let faults = Process::new("x", Kind::Regimes(Regimes { states, half_life_h: 0.0 })).faults();
    let rules: Vec<_> = faults.iter().map(|f| (f.key, f.rule.as_str())).collect();
    let expected = [
        ("half_life_h", "must be a finite number above 0"),
        ("standard_deviation", "must be a finite number of at least 0"),
        ("mean_sojourn_h", "must lie between 0.01 and 1000000000"),
        ("next", "must add up to 1"),
        ("standard_deviation", "must be a finite number of at least 0"),
        ("mean_sojourn_h", "must lie between 0.01 and 1000000000"),
        ("next", "must have one share for every regime"),
        ("next", "must lie between 0 and 1"),
        ("next", "must be 0 for the regime itself"),
    ];
    assert_eq!(rules, expected);
}

#[test]
fn a_risk_names_all_its_faults() {
    let risk = |severity, duration| {
        keys(Kind::Risk(Risk { events_per_year: -1.0, monthly_course: vec![1.0, -1.0], severity, duration }))
    };
    let always = ["events_per_year", "monthly_course", "monthly_course"];
    let uniform = risk(Severity::Uniform { min: -1.0, max: -2.0 }, Duration::Fixed(0.0));
    assert_eq!(uniform, [&always[..], &["severity_min", "severity_max", "duration_h"]].concat());
    let severity = Severity::Lognormal { median: 0.0, log_standard_deviation: -1.0 };
    let lognormal = risk(severity, Duration::Exponential(f64::NAN));
    let expected = ["severity_median", "severity_log_standard_deviation", "mean_duration_h"];
    assert_eq!(lognormal, [&always[..], &expected].concat());
}

#[test]
fn faulty_processes_never_start() {
    let bounds = Bounds { min: 1.0, max: 1.0 };
    let list = [clear_sky_markov("a"), Process { bounds, ..clear_sky_markov("b") }];
    let faults = Processes::new(&list, 1, 1.0, stamps(1)).unwrap_err();
    assert_eq!(faults.iter().map(|(index, fault)| (*index, fault.key)).collect::<Vec<_>>(), [(1, "min")]);
}

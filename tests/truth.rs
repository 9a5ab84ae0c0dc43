//! The simulation against the convolution on a system made to be awkward: multi-state derates,
//! maintenance, half-hour steps, weather years, failing wind, loads in tiers.
//!
//! Not here: RTS-79 (`rts79`), storage (`paired`), which a convolution cannot see.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write;

use support::{Bench, assert_near, assert_same, metric, usually_or_nightly, z_score};

/// Three weeks of half-hours. Load is 99 to 194 MW, against 215 MW of units and up to 40 MW of wind.
const AWKWARD: &str = r#"
format = 1
[scenario]
name = "awkward"
start = "2024-02-20T06:00:00Z"
step = "30min"
steps = 1008
[[bus]]
name = "here"
[[bus]]
name = "there"

[[thermal]]
name = "twin"
bus = "here"
count = 2
p_nom_mw = 60
marginal_cost_eur_per_mwh = 20
[thermal.outage]
mttf_h = 200
mttr_h = 24
derates = [
    { p_max_pu = 0.5, mttf_h = 90, mttr_h = 10 },
    { p_max_pu = 0.75, failure_probability = 0.01, repair_probability = 0.125 },
]

[[thermal]]
name = "serviced"
bus = "there"
p_nom_mw = 50
p_max_pu = 0.9
marginal_cost_eur_per_mwh = 35
outage = { mttf_h = 100, mttr_h = 12 }
maintenance = [
    { start_h = 24, duration_h = 60 },
    { start_h = 72, duration_h = 24, p_max_pu = 0.25 },
    { start = "2024-03-05T00:00:00Z", duration_h = 12.5, p_max_pu = 0.5 },
]

[[thermal]]
name = "peaker"
bus = "there"
count = 5
p_nom_mw = 10
marginal_cost_eur_per_mwh = 90
outage = { failure_probability = 0.02, repair_probability = 0.1 }

[[wind]]
name = "farm"
bus = "there"
p_nom_mw = 40
profile = { file = "weather.csv", columns = ["wind_1", "wind_2", "wind_3"] }
outage = { mttf_h = 60, mttr_h = 6 }

[[load]]
name = "town"
bus = "here"
profile = { file = "weather.csv", columns = ["load_1", "load_2", "load_3"] }
tiers = [
    { share_pu = 0.8, voll_eur_per_mwh = 9000 },
    { share_pu = 0.1, voll_eur_per_mwh = 300, firm = false },
    { share_pu = 0.1, voll_eur_per_mwh = 2000 },
]

[[load]]
name = "mill"
bus = "there"
p_mw = 30
voll_eur_per_mwh = 500
"#;

/// Whole megawatts, so that few capacities differ and the convolution is cheap. In the second year
/// the load is higher by 12 MW, in the third lower by 9 MW; the wind moves the other way.
fn weather() -> String {
    let mut text = "wind_1,wind_2,wind_3,load_1,load_2,load_3\n".to_owned();
    for step in 0..1008_u32 {
        let hour = f64::from(step) / 2.0;
        let load = (115.0 + 25.0 * (hour * 0.2618).sin() + 12.0 * (hour * 0.0374).cos()).round();
        let wind = (18.0 + 16.0 * (hour * 0.0911 + 1.0).sin()).round();
        writeln!(text, "{wind},{},{},{load},{},{}", wind - 2.0, wind + 6.0, load + 12.0, load - 9.0).unwrap();
    }
    text
}

fn awkward(bench: &Bench) {
    bench.write("weather.csv", &weather());
    bench.write("awkward.toml", AWKWARD);
}

fn names(prefix: &str) -> Vec<String> {
    (0..24).map(|hour| format!("{prefix}_by_hour.{hour:02}")).collect()
}

#[test]
fn an_awkward_system_agrees_with_its_convolution() {
    let bench = Bench::new();
    awkward(&bench);
    let exact = bench.run("awkward.toml", &["--method", "exact"]);
    let replicas = usually_or_nightly(40_000, 400_000).to_string();
    let sampled = bench.run("awkward.toml", &["--replicas", &replicas, "--seed", "11"]);
    for name in ["lole_h", "eue_mwh", "lolf", "event_duration_h", "neue_ppm", "load_mwh"] {
        assert_near(&sampled, &[(name, metric(&exact, name).value)]);
    }
    // 48 correlated figures: beyond four standard errors is a chance of 1 in 200 for all together.
    for name in ["lole_h", "eue_mwh"].iter().flat_map(|prefix| names(prefix)) {
        let z = z_score(&sampled, &name, metric(&exact, &name).value);
        assert!(z.abs() < 4.0, "{name}: {z}");
    }
    for month in ["lole_h_by_month.02", "lole_h_by_month.03", "eue_mwh_by_month.02", "eue_mwh_by_month.03"] {
        assert_near(&sampled, &[(month, metric(&exact, month).value)]);
    }
}

/// What is short in the system is short at some bus: energy adds up over the buses, hours and events
/// are those of the union.
#[test]
fn buses_share_what_the_system_lacks() {
    let bench = Bench::new();
    awkward(&bench);
    let summary = bench.run("awkward.toml", &["--replicas", "3000"]);
    let of = |name: &str| ["", ".here", ".there"].map(|bus| metric(&summary, &format!("{name}{bus}")).value);
    for name in ["eue_mwh", "load_mwh"] {
        let [system, here, there] = of(name);
        assert!(here > 0.0 && there > 0.0);
        assert_same(name, here + there, system, 1e-9);
    }
    for name in ["lole_h", "lold_d"] {
        let [system, here, there] = of(name);
        assert!(here.max(there) <= system && system <= here + there, "{name}: {system}, {here} + {there}");
    }
}

/// What is special must also matter, or the test above would not see it fail.
#[test]
fn every_awkward_feature_moves_the_exact_answer() {
    let bench = Bench::new();
    awkward(&bench);
    let eue = |sets: &[&str]| {
        let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", set]).collect();
        let summary = bench.run("awkward.toml", &[&["--method", "exact"], sets.as_slice()].concat());
        metric(&summary, "eue_mwh").value
    };
    let whole = eue(&[]);
    for (set, up) in [
        ("thermal.twin.outage.derates=[]", false),
        ("thermal.serviced.maintenance=[]", false),
        ("thermal.serviced.p_max_pu=1", false),
        ("wind.farm.outage.mttr_h=0.5", false),
        ("load.mill.p_mw=31", true),
    ] {
        let moved = eue(&[set]);
        assert!(if up { moved > 1.01 * whole } else { moved < 0.99 * whole }, "{set}: {moved} against {whole}");
    }
    // The file holds MW, so nominal power is a limit and no scale.
    assert_same("wind.farm.p_nom_mw", eue(&["wind.farm.p_nom_mw=50"]), whole, 1e-12);
}

/// One weather year after another, and all three drawn at random: the mean of the exact answers.
#[test]
fn weather_years_weigh_the_same() {
    let bench = Bench::new();
    awkward(&bench);
    let year = |year: u32| {
        let wind = format!("wind.farm.profile={{ file = \"weather.csv\", column = \"wind_{year}\" }}");
        let load = format!("load.town.profile={{ file = \"weather.csv\", column = \"load_{year}\" }}");
        let summary = bench.run("awkward.toml", &["--method", "exact", "--set", &wind, "--set", &load]);
        ["lole_h", "eue_mwh", "lolf", "load_mwh"].map(|name| metric(&summary, name).value)
    };
    let years = [year(1), year(2), year(3)];
    let all = bench.run("awkward.toml", &["--method", "exact"]);
    for (index, name) in ["lole_h", "eue_mwh", "lolf", "load_mwh"].iter().enumerate() {
        let mean = years.iter().map(|figures| figures[index]).sum::<f64>() / 3.0;
        assert_same(name, metric(&all, name).value, mean, 1e-9);
    }
}

//! Capacity credit: what must come out where the answer is known, and what is refused.
//!
//! Known answers: a perfect unit is worth its size; a two-state unit is worth what bisection on the
//! exact convolution finds. Not here: credits of storage, for which no closed form exists.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::{Bench, metric, usually_or_nightly};

/// Two weeks of RTS-79 at a higher peak, short for 7 h on average, with one more unit, and a load and a
/// perfect generator of 0 MW to add some to.
const LARGER: &str = r#"
format = 1
extends = "rts79.toml"
[scenario]
steps = 336
[[thermal]]
name = "extra"
bus = "rts"
p_nom_mw = 200
outage = { mttf_h = 900, mttr_h = 100 }
[[thermal]]
name = "perfect"
bus = "rts"
p_nom_mw = 0
[[load]]
name = "added"
bus = "rts"
p_mw = 0
[[load]]
name = "system"
peak_mw = 3300
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.copy(&["rts79.toml"]);
    bench.write("larger.toml", LARGER);
    bench
}

fn credit(bench: &Bench, asset: &str, method: &str, options: &[&str]) -> Value {
    let common = ["capacity-credit", "larger.toml", "--asset", asset, "--method", method, "--format", "json"];
    bench.json(&[&common[..], options].concat())
}

fn number(credit: &Value, key: &str) -> f64 {
    credit[key].as_f64().unwrap()
}

/// On common luck a perfect unit of 50 MW and 50 MW of load cancel in every hour of every future, so
/// 50 MW is an answer. Capacities are whole megawatts and hours few, so LOLE is level for some tenths
/// of a megawatt around it: the credit may lie anywhere there, and its interval must reach to 50 MW
/// but for a thousandth of the unit, to which the search goes.
#[test]
fn a_perfect_unit_is_worth_its_size() {
    let bench = bench();
    for method in ["elcc", "efc"] {
        for index in ["lole_h", "eue_mwh"] {
            let sets = ["--set", "thermal.perfect.p_nom_mw=50", "--set", "thermal.extra.p_nom_mw=0"];
            let options = [&["--metric", index, "--replicas", "8000"], &sets[..]].concat();
            let found = credit(&bench, "perfect", method, &options);
            let credit_mw = number(&found, "credit_mw");
            assert!((credit_mw - 50.0).abs() <= 0.4, "{found}");
            let [low, high] = [0, 1].map(|end| found["ci95"][end].as_f64().unwrap());
            assert!(low <= credit_mw && credit_mw <= high && high >= 50.0 - 0.05, "{found}");
            assert_eq!((&found["method"], &found["metric"]), (&method.into(), &index.into()));
            assert!(number(&found, "index_with") < number(&found, "index_without"), "{found}");
        }
    }
}

/// Exact LOLE of the larger system with settings.
fn exact(bench: &Bench, sets: &[String]) -> f64 {
    let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", set]).collect();
    metric(&bench.run("larger.toml", &[&["--method", "exact"], &sets[..]].concat()), "lole_h").value
}

/// The root of a monotone function between 0 and 200 MW, to a twentieth of a megawatt.
fn bisected(mut above: impl FnMut(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 200.0);
    while high - low > 0.05 {
        let middle = f64::midpoint(low, high);
        if above(middle) { high = middle } else { low = middle }
    }
    f64::midpoint(low, high)
}

/// A unit of 200 MW that is up nine hours in ten: by simulation within three standard errors of
/// what the convolution gives for load added with it, and for perfect capacity in its place. The two
/// searches add their own twentieth and tenth of a megawatt.
#[test]
fn a_two_state_unit_is_worth_what_the_convolution_says() {
    let bench = bench();
    let gone = || "thermal.extra.p_nom_mw=0".to_owned();
    let (without, with) = (exact(&bench, &[gone()]), exact(&bench, &[]));
    let elcc = bisected(|mw| exact(&bench, &[format!("load.added.p_mw={mw}")]) > without);
    let efc = bisected(|mw| exact(&bench, &[gone(), format!("thermal.perfect.p_nom_mw={mw}")]) <= with);
    let replicas = usually_or_nightly(20_000, 400_000).to_string();
    for (method, expected) in [("elcc", elcc), ("efc", efc)] {
        let found = credit(&bench, "extra", method, &["--replicas", &replicas]);
        let credit_mw = number(&found, "credit_mw");
        let [low, high] = [0, 1].map(|end| found["ci95"][end].as_f64().unwrap());
        // An interval of 1.96 errors to either side.
        let error = (high - low) / 2.0 / 1.96;
        assert!((credit_mw - expected).abs() <= 3.0 * error + 0.15, "{method} by convolution {expected}: {found}");
        // Half the unit's size would be no interval.
        assert!(error > 0.0 && error < 10.0, "{found}");
        assert_eq!(found["n"].to_string(), replicas);
    }
}

#[test]
fn the_text_says_what_the_json_says() {
    let bench = bench();
    let found = credit(&bench, "extra", "elcc", &["--replicas", "500"]);
    let answer =
        bench.ask(&["capacity-credit", "larger.toml", "--asset", "extra", "--method", "elcc", "--replicas", "500"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let credit_mw = format!("ELCC of extra: {:.2} MW", number(&found, "credit_mw"));
    assert!(answer.stdout.starts_with(&credit_mw), "{}", answer.stdout);
}

#[test]
fn what_has_no_credit_is_refused() {
    let bench = bench();
    let ask = |asset: &str, sets: &[&str]| {
        let common = ["capacity-credit", "larger.toml", "--asset", asset, "--method", "elcc", "--replicas", "200"];
        bench.ask(&[&common[..], sets].concat())
    };
    ask("perfect", &[]).assert_refused(2, &["`perfect` has no power"]);
    ask("system", &[]).assert_refused(2, &["nothing that gives power is named `system`"]);
    ask("extro", &[]).assert_refused(2, &["did you mean `extra`?"]);
    let idle = ask("extra", &["--set", "load.system.peak_mw=500"]);
    idle.assert_refused(2, &["no shortfall was seen", "without `extra`", "--set load."]);
    assert!(bench.entries("runs").is_empty(), "a credit is no run");
}

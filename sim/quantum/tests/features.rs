//! Features of series: fixed, bounded, the same on any number of threads, and with a fading memory.

use energyopti_quantum::circuit::{Circuit, Gate};
use energyopti_quantum::features::{Design, FeatureMap, Reservoir};
use energyopti_quantum::{Limit, State};
use energyopti_streams::{StreamKey, open_unit};

fn design(qubits: u32, depth: u32) -> Design {
    Design { seed: 7, name: "test".to_owned(), qubits, depth, bandwidth: 1.0 }
}

/// Independent values, even between -1 and 1.
fn noise(name: &str, len: u64) -> Vec<f64> {
    let key = StreamKey::new(1, name, "noise", 0);
    (0..len).map(|at| 2.0 * open_unit(key.draw(0, at)[0]) - 1.0).collect()
}

/// Greatest distance of two rows.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads are there").install(work)
}

/// Solves `(X'X + ridge) w = X'y`, the first feature being 1, by elimination.
fn ridge(rows: &[Vec<f64>], targets: &[f64], ridge: f64) -> Vec<f64> {
    let with_one: Vec<Vec<f64>> = rows.iter().map(|row| [&[1.0], row.as_slice()].concat()).collect();
    let n = with_one[0].len();
    let mut system = vec![vec![0.0; n + 1]; n];
    for (row, target) in with_one.iter().zip(targets) {
        for a in 0..n {
            (0..n).for_each(|b| system[a][b] += row[a] * row[b]);
            system[a][n] += row[a] * target;
        }
    }
    (0..n).for_each(|a| system[a][a] += ridge);
    for pivot in 0..n {
        let top = system[pivot].clone();
        for row in system.iter_mut().skip(pivot + 1) {
            let factor = row[pivot] / top[pivot];
            (pivot..=n).for_each(|column| row[column] -= factor * top[column]);
        }
    }
    let mut weights = vec![0.0; n];
    for a in (0..n).rev() {
        let known: f64 = (a + 1..n).map(|b| system[a][b] * weights[b]).sum();
        weights[a] = (system[a][n] - known) / system[a][a];
    }
    weights
}

/// Squared correlation of a linear readout with a target, on rows it was not fitted to.
fn explained(rows: &[Vec<f64>], targets: &[f64], fitted: usize) -> f64 {
    let weights = ridge(&rows[..fitted], &targets[..fitted], 1e-8);
    let predicted: Vec<f64> = rows[fitted..]
        .iter()
        .map(|row| weights[0] + row.iter().zip(&weights[1..]).map(|(x, w)| x * w).sum::<f64>())
        .collect();
    let targets = &targets[fitted..];
    let mean = |x: &[f64]| x.iter().sum::<f64>() / f64::from(u32::try_from(x.len()).expect("few rows"));
    let product = |x: &[f64], y: &[f64]| {
        let (a, b) = (mean(x), mean(y));
        x.iter().zip(y).map(|(x, y)| (x - a) * (y - b)).sum::<f64>()
    };
    product(&predicted, targets).powi(2) / (product(&predicted, &predicted) * product(targets, targets))
}

#[test]
fn features_are_named_in_their_order() {
    assert_eq!(design(3, 1).labels(), ["ZII", "IZI", "IIZ", "ZZI", "ZIZ", "IZZ"]);
}

#[test]
fn a_reservoir_does_what_its_circuit_does_to_a_density_matrix() {
    // After one value, from the even mixture: the mean over the basis states of the qubit that
    // stays, of the circuit that makes the input qubit and mixes, gate by gate.
    let reservoir = Reservoir::new(design(2, 2)).unwrap();
    let found = reservoir.run(&[0.4]).unwrap().remove(0);
    let key = StreamKey::new(7, "test", "reservoir", 0);
    let drawn = |event| 2.0 * open_unit(key.draw(0, event)[0]) - 1.0;
    let mut circuit = Circuit::new(2);
    circuit.one(Gate::Ry((std::f64::consts::FRAC_PI_2 + 0.4).into()), 1).unwrap();
    for _ in 0..2 {
        circuit.one(Gate::H, 0).and_then(|c| c.one(Gate::H, 1)).unwrap();
        circuit.two(Gate::Rzz(drawn(0).into()), 0, 1).unwrap();
        circuit.one(Gate::H, 0).and_then(|c| c.one(Gate::H, 1)).unwrap();
        circuit.one(Gate::Rz(drawn(1).into()), 0).and_then(|c| c.one(Gate::Rz(drawn(2).into()), 1)).unwrap();
    }
    let mut expected = [0.0; 3];
    for start in 0..2 {
        let mut state = State::<f64>::new(2, Limit::NONE).unwrap();
        state.set_basis(start);
        state.apply_gates(&circuit).unwrap();
        for (value, mask) in expected.iter_mut().zip([1_usize, 2, 3]) {
            let sign = |index: usize| if (index & mask).count_ones().is_multiple_of(2) { 0.5 } else { -0.5 };
            *value += state.expectation_of(sign);
        }
    }
    assert!(apart(&found, &expected) < 1e-14, "{found:?} {expected:?}");
}

#[test]
fn a_reservoir_forgets() {
    let reservoir = Reservoir::new(design(5, 3)).unwrap();
    let common = noise("common", 150);
    let run = |past: &str| reservoir.run(&[noise(past, 20), common.clone()].concat()).unwrap();
    let (one, other) = (run("one"), run("other"));
    // Different pasts are seen at first and forgotten in the end.
    assert!(apart(&one[20], &other[20]) > 1e-2);
    let left = apart(&one[169], &other[169]);
    assert!(left < 1e-8, "{left:e}");
    // Two windows that differ before their last values only give the same, too.
    let windows = [[noise("one", 20), common.clone()].concat(), common.clone()];
    let ends = reservoir.batch(&windows).unwrap();
    assert!(apart(&ends[0], &ends[1]) < 1e-8);
}

#[test]
fn a_reservoir_remembers_for_a_while() {
    let (series, washout, fitted) = (noise("input", 800), 50, 500);
    let rows = Reservoir::new(Design { bandwidth: 0.5, ..design(5, 4) }).unwrap().run(&series).unwrap();
    let memory: Vec<f64> =
        (0..15).map(|delay| explained(&rows[washout..], &series[washout - delay..800 - delay], fitted)).collect();
    // The sum over delays is the short-term memory capacity (H. Jaeger, GMD report 152, 2001).
    let capacity: f64 = memory.iter().sum();
    assert!(capacity > 6.0, "{capacity} {memory:?}");
    assert!(memory[0] > 0.98 && memory[3] > 0.9 && memory[14] < 0.2, "{memory:?}");
}

#[test]
fn a_reservoir_knows_products_of_past_values() {
    // What no linear model of the series can give: the product of the last two values.
    let (series, washout, fitted) = (noise("input", 800), 50, 500);
    let rows = Reservoir::new(Design { bandwidth: 0.5, ..design(5, 4) }).unwrap().run(&series).unwrap();
    let products: Vec<f64> = (washout..800).map(|at| series[at] * series[at - 1]).collect();
    let of_reservoir = explained(&rows[washout..], &products, fitted);
    let lags: Vec<Vec<f64>> = (washout..800).map(|at| (0..15).map(|lag| series[at - lag]).collect()).collect();
    let of_lags = explained(&lags, &products, fitted);
    assert!(of_reservoir > 0.5 && of_lags < 0.1, "{of_reservoir} {of_lags}");
}

#[test]
fn a_feature_never_sees_what_comes_later() {
    let reservoir = Reservoir::new(design(4, 3)).unwrap();
    let series = noise("input", 40);
    let mut changed = series.clone();
    changed[30] = 0.9;
    let (before, after) = (reservoir.run(&series).unwrap(), reservoir.run(&changed).unwrap());
    assert_eq!(before[..30], after[..30]);
    assert!(apart(&before[30], &after[30]) > 1e-3);
}

#[test]
fn one_layer_of_a_map_turns_once_with_its_input() {
    // RY(x) between fixed circuits: every expectation is a + b cos x + c sin x, of which opposite
    // points have equal sums; with two layers there is cos 2x, too.
    let quarter = std::f64::consts::FRAC_PI_2;
    let sums = |depth: u32| {
        let map = FeatureMap::new(design(3, depth), 1).unwrap();
        let at = |x: f64| map.features(&[x]).unwrap();
        let [a, b, c, d] = [0.3, 0.3 + quarter, 0.3 + 2.0 * quarter, 0.3 + 3.0 * quarter].map(at);
        let even: Vec<f64> = a.iter().zip(&c).map(|(a, c)| a + c).collect();
        let odd: Vec<f64> = b.iter().zip(&d).map(|(b, d)| b + d).collect();
        apart(&even, &odd)
    };
    assert!(sums(1) < 1e-14);
    assert!(sums(2) > 1e-2);
}

#[test]
fn a_map_hangs_on_seed_name_and_every_value() {
    let window = noise("window", 7);
    let features = |design: Design, window: &[f64]| FeatureMap::new(design, 7).unwrap().features(window).unwrap();
    let base = features(design(4, 3), &window);
    assert_eq!(base, features(design(4, 3), &window));
    assert!(base.iter().all(|value| value.abs() <= 1.0));
    assert!(apart(&base, &features(Design { seed: 8, ..design(4, 3) }, &window)) > 1e-2);
    assert!(apart(&base, &features(Design { name: "other".to_owned(), ..design(4, 3) }, &window)) > 1e-2);
    for at in 0..7 {
        let mut changed = window.clone();
        changed[at] += 0.5;
        assert!(apart(&base, &features(design(4, 3), &changed)) > 1e-3, "{at}");
    }
}

#[test]
fn features_have_the_same_bits_on_any_number_of_threads() {
    let series = noise("series", 60);
    let windows: Vec<&[f64]> = series.windows(12).collect();
    let map = FeatureMap::new(design(5, 3), 12).unwrap();
    let reservoir = Reservoir::new(design(4, 3)).unwrap();
    let both = |threads| on_threads(threads, || (map.batch(&windows).unwrap(), reservoir.batch(&windows).unwrap()));
    let one = both(1);
    assert_eq!(one, both(2));
    assert_eq!(one, both(8));
    assert_eq!(one.0[7], map.features(windows[7]).unwrap());
    assert_eq!(&one.1[7], reservoir.run(windows[7]).unwrap().last().unwrap());
}

#[test]
fn bad_designs_and_windows_are_told() {
    let told = |error: energyopti_quantum::Error| error.to_string();
    let wrong = Design { bandwidth: f64::NAN, ..design(40, 0) };
    assert_eq!(
        told(FeatureMap::new(wrong.clone(), 3).unwrap_err()),
        "40 qubits; from 2 to 14 are possible; 0 layers; from 1 to 64 are possible; a bandwidth of NaN; it is a number above 0"
    );
    assert!(told(Reservoir::new(wrong).unwrap_err()).starts_with("40 qubits; from 2 to 8 are possible"));
    assert!(FeatureMap::new(design(3, 1), 0).is_err());
    let map = FeatureMap::new(design(3, 1), 2).unwrap();
    assert_eq!(
        told(map.batch(&[vec![0.0, 1.0], vec![0.0], vec![f64::NAN, f64::INFINITY]]).unwrap_err()),
        "window 1 has 1 values; 2 are needed; window 2: value 0 is NaN; window 2: value 1 is inf"
    );
    let reservoir = Reservoir::new(design(3, 2)).unwrap();
    assert_eq!(told(reservoir.run(&[0.0, f64::NAN]).unwrap_err()), "window 0: value 1 is NaN");
    assert_eq!(told(reservoir.batch(&[vec![0.0], vec![]]).unwrap_err()), "window 1 has no values");
    assert_eq!(reservoir.run(&[]).unwrap(), Vec::<Vec<f64>>::new());
}

//! QAOA held against closed forms, against gates one by one, and against itself on other threads.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a test, and small counts"
)]
use std::f64::consts::PI;

use energyopti_quantum::circuit::{Circuit, Gate};
use energyopti_quantum::qaoa::{self, Angles, Diagonal, Mixer, Start, Subspace};
use energyopti_quantum::qubo::Qubo;
use energyopti_quantum::{Limit, Real, State};

type Edges = Vec<(usize, usize)>;

fn cube() -> Edges {
    let edges = (0..8_usize).flat_map(|v| [1, 2, 4].map(|bit| (v, v ^ bit)));
    edges.filter(|(a, b)| a < b).collect()
}

/// Outer ring, spokes, inner star.
fn petersen() -> Edges {
    (0..5).flat_map(|v| [(v, (v + 1) % 5), (v, v + 5), (v + 5, (v + 2) % 5 + 5)]).collect()
}

/// The ring of 14 with a chord of 5 from every even vertex.
fn heawood() -> Edges {
    let ring = (0..14).map(|v| (v, (v + 1) % 14));
    ring.chain((0..14).step_by(2).map(|v| (v, (v + 5) % 14))).collect()
}

/// Minus the cut: an edge between `a` and `b` gives `-(x_a + x_b - 2 x_a x_b)`.
fn minus_cut(edges: &Edges) -> Qubo {
    let n = edges.iter().map(|&(a, b)| a.max(b)).max().unwrap() + 1;
    let mut matrix = vec![vec![0.0; n]; n];
    for &(a, b) in edges {
        matrix[a][a] -= 1.0;
        matrix[b][b] -= 1.0;
        matrix[a][b] += 2.0;
    }
    Qubo::from_matrix(&matrix).unwrap()
}

/// A dense QUBO of coefficients within 1.
fn dense(n: usize) -> Qubo {
    let element = |i: usize, j: usize| ((i * 37 + j * 101 + i * j * 13) % 199) as f64 / 99.0 - 1.0;
    Qubo::from_matrix(&(0..n).map(|i| (0..n).map(|j| element(i, j)).collect()).collect::<Vec<_>>()).unwrap()
}

fn angles(gamma: &[f64], beta: &[f64]) -> Angles {
    Angles { gamma: gamma.to_vec(), beta: beta.to_vec() }
}

fn evolved<R: Real>(diagonal: &Diagonal, mixer: &Mixer, start: &Start, angles: &Angles) -> State<R> {
    let mut state = State::new(diagonal.qubits(), Limit::NONE).unwrap();
    qaoa::evolve(&mut state, diagonal, mixer, start, angles).unwrap();
    state
}

fn cut_per_edge(edges: &Edges, angles: &Angles) -> f64 {
    let diagonal = Diagonal::from_qubo(&minus_cut(edges), Limit::NONE).unwrap();
    let extremes = diagonal.extremes(Subspace::All).unwrap();
    let found =
        qaoa::batch(&diagonal, &Mixer::X, &Start::Uniform, std::slice::from_ref(angles), &extremes, Limit::NONE);
    -found.unwrap()[0].expectation / edges.len() as f64
}

/// The same layers as gates: `exp(-i gamma C)` from the Ising form, but for the phase of its offset.
fn gates(qubo: &Qubo, mixer: &Mixer, angles: &Angles) -> Circuit {
    let n = qubo.variables() as u32;
    let mut circuit = Circuit::new(n);
    let ising = qubo.ising();
    for (&gamma, &beta) in angles.gamma.iter().zip(&angles.beta) {
        for (field, q) in ising.fields.iter().zip(0..) {
            circuit.one(Gate::Rz((2.0 * gamma * field).into()), q).unwrap();
        }
        for &(a, b, coupling) in &ising.couplings {
            circuit.two(Gate::Rzz((2.0 * gamma * coupling).into()), a, b).unwrap();
        }
        let xy = |circuit: &mut Circuit, a: u32, b: u32| {
            circuit.two(Gate::Xy(beta.into()), a, b).unwrap();
        };
        match mixer {
            Mixer::X => {
                for q in 0..n {
                    circuit.one(Gate::Rx((2.0 * beta).into()), q).unwrap();
                }
            }
            // RY(theta) RZ(-2 beta) RY(-theta), the last first.
            Mixer::Tilted(tilts) => {
                for (&tilt, q) in tilts.iter().zip(0..) {
                    circuit.one(Gate::Ry((-tilt).into()), q).unwrap();
                    circuit.one(Gate::Rz((-2.0 * beta).into()), q).unwrap();
                    circuit.one(Gate::Ry(tilt.into()), q).unwrap();
                }
            }
            Mixer::XyRing => {
                (0..n - 1).step_by(2).for_each(|a| xy(&mut circuit, a, a + 1));
                (1..n - 1).step_by(2).for_each(|a| xy(&mut circuit, a, a + 1));
                xy(&mut circuit, 0, n - 1);
            }
            Mixer::XyComplete => (0..n).for_each(|a| (a + 1..n).for_each(|b| xy(&mut circuit, a, b))),
        }
    }
    circuit
}

/// Greatest difference of an amplitude between the kernel and the gates.
fn distance_to_gates<R: Real>(n: usize, mixer: &Mixer, start: &Start, angles: &Angles) -> f64 {
    let qubo = dense(n);
    let kernel = evolved::<R>(&Diagonal::tiled(&qubo), mixer, start, angles);
    let mut plain = evolved::<f64>(&Diagonal::tiled(&qubo), mixer, start, &Angles::default());
    plain.apply_gates(&gates(&qubo, mixer, angles)).unwrap();
    let turned = -qubo.ising().offset * angles.gamma.iter().sum::<f64>();
    let offset = num_complex::Complex64::cis(turned);
    (0..1 << n).map(|at| (kernel.amplitude(at) - plain.amplitude(at) * offset).norm()).fold(0.0, f64::max)
}

fn three_layers() -> Angles {
    angles(&[0.31, -0.47, 0.83], &[0.62, 1.31, -2.9])
}

#[test]
fn max_cut_without_triangles_at_p_1_is_0_6924501_per_edge() {
    // 1/2 + 1/4 sin(4 beta) sin(gamma) (cos(gamma)^2 + cos(gamma)^2): J. Wang, S. Hadfield, Z. Jiang,
    // E. G. Rieffel, Phys. Rev. A 97, 022304 (2018), maximised: 1/2 + 1/(3 sqrt 3).
    for edges in [cube(), petersen(), heawood()] {
        let found = cut_per_edge(&edges, &angles(&[-0.615_533_6], &[0.392_672_0]));
        assert!((found - 0.692_450_1).abs() < 1e-6, "{found}");
    }
}

#[test]
fn heawood_at_p_2_is_0_7559064_per_edge() {
    // Angles and figure for girth above 5: J. Wurtz, P. Love, Phys. Rev. A 103, 042612 (2021).
    let two = angles(&[-0.975_419_465_4 / 2.0, -1.795_975_391_2 / 2.0], &[0.555_060_340_1, 0.292_507_814_8]);
    let found = cut_per_edge(&heawood(), &two);
    assert!((found - 0.755_906_4).abs() < 1e-6, "{found}");
}

#[test]
fn the_fused_kernel_is_the_gates_one_by_one() {
    for n in [1, 2, 3, 5, 9, 11] {
        let tilts: Vec<f64> = (0..n).map(|q| 0.4 + 0.2 * q as f64).collect();
        let product = Start::Product(tilts.clone());
        let ones = Start::Weight(n as u32 / 2);
        for (mixer, start) in [
            (Mixer::X, &Start::Uniform),
            (Mixer::X, &Start::Bits(1)),
            (Mixer::Tilted(tilts), &product),
            (Mixer::XyRing, &ones),
            (Mixer::XyComplete, &ones),
        ] {
            if n == 1 && matches!(mixer, Mixer::XyRing) {
                continue;
            }
            let far = distance_to_gates::<f64>(n, &mixer, start, &three_layers());
            assert!(far < 1e-12, "{n} {mixer:?}: {far:e}");
            let far = distance_to_gates::<f32>(n, &mixer, start, &three_layers());
            assert!(far < 1e-5, "{n} {mixer:?} in f32: {far:e}");
        }
    }
}

#[test]
fn more_qubits_than_a_tile_holds_are_the_gates_too() {
    let tilts: Vec<f64> = (0..17).map(|q| 0.4 + 0.1 * f64::from(q)).collect();
    for (n, mixer, layers) in [(17, Mixer::X, 2), (17, Mixer::Tilted(tilts), 1), (18, Mixer::X, 3)] {
        let mut some = three_layers();
        some.gamma.truncate(layers);
        some.beta.truncate(layers);
        let far = distance_to_gates::<f64>(n, &mixer, &Start::Uniform, &some);
        assert!(far < 1e-12, "{n} {mixer:?}: {far:e}");
    }
}

#[test]
fn a_warm_start_is_the_ground_state_of_its_mixer() {
    // Without a cost a layer only turns its phase: exp(-i beta H) with H = -1 per qubit.
    let tilts = vec![0.3, 1.1, 2.0, 0.9];
    let none = Diagonal::from_values(vec![0.0; 16]).unwrap();
    let (mixer, start) = (Mixer::Tilted(tilts.clone()), Start::Product(tilts));
    let before = evolved::<f64>(&none, &mixer, &start, &Angles::default());
    let after = evolved::<f64>(&none, &mixer, &start, &angles(&[0.0], &[0.7]));
    let turned = num_complex::Complex64::cis(4.0 * 0.7);
    for at in 0..16 {
        assert!((after.amplitude(at) - before.amplitude(at) * turned).norm() < 1e-14);
    }
}

#[test]
fn xy_mixers_keep_the_number_of_ones() {
    let diagonal = Diagonal::tiled(&dense(11));
    let extremes = diagonal.extremes(Subspace::Weight(4)).unwrap();
    for mixer in [Mixer::XyRing, Mixer::XyComplete] {
        for start in [Start::Weight(4), Start::Bits(0b101_0101)] {
            let mut state = State::<f64>::new(11, Limit::NONE).unwrap();
            let found = qaoa::evaluate(&mut state, &diagonal, &mixer, &start, &three_layers(), &extremes).unwrap();
            assert!((found.p_within - 1.0).abs() < 1e-12, "{found:?}");
            assert!((found.expectation_within().unwrap() - found.expectation).abs() < 1e-12);
        }
    }
}

#[test]
fn threads_and_stored_costs_change_no_bit() {
    for (n, mixer, start) in
        [(12, Mixer::XyComplete, Start::Weight(5)), (14, Mixer::X, Start::Uniform), (19, Mixer::X, Start::Uniform)]
    {
        let qubo = dense(n);
        let bits = |diagonal: &Diagonal, threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let extremes = diagonal.extremes(Subspace::All).unwrap();
                let state = evolved::<f64>(diagonal, &mixer, &start, &three_layers());
                let sets = [three_layers(), angles(&[0.2], &[0.9]), Angles::default()];
                let figures = qaoa::batch(diagonal, &mixer, &start, &sets, &extremes, Limit::NONE).unwrap();
                let (re, im) = state.parts();
                (re.iter().chain(im).map(|part| part.to_bits()).collect::<Vec<_>>(), figures, extremes)
            })
        };
        let stored = Diagonal::from_qubo(&qubo, Limit::NONE).unwrap();
        let one = bits(&stored, 1);
        for (diagonal, threads) in [(&stored, 2), (&stored, 8), (&Diagonal::tiled(&qubo), 2)] {
            assert!(bits(diagonal, threads) == one, "{n} qubits on {threads} threads");
        }
    }
}

#[test]
fn figures_are_those_of_the_distribution() {
    // Uniform over 3 qubits; costs 0..7; of weight 2: 3, 5, 6.
    let diagonal = Diagonal::from_values((0..8).map(f64::from).collect()).unwrap();
    let extremes = diagonal.extremes(Subspace::Weight(2)).unwrap();
    let mut state = State::<f64>::new(3, Limit::NONE).unwrap();
    let none = Angles::default();
    let found = qaoa::evaluate(&mut state, &diagonal, &Mixer::X, &Start::Uniform, &none, &extremes).unwrap();
    assert!((found.expectation - 3.5).abs() < 1e-14);
    assert!((found.p_within - 0.375).abs() < 1e-14);
    assert!((found.p_optimum - 0.125).abs() < 1e-14);
    assert!((found.expectation_within().unwrap() - 14.0 / 3.0).abs() < 1e-14);
    // No variable at all: the one solution.
    let constant = Diagonal::from_values(vec![2.5]).unwrap();
    let all = constant.extremes(Subspace::All).unwrap();
    for mixer in [Mixer::X, Mixer::XyRing, Mixer::XyComplete] {
        let sets = [three_layers()];
        let found = qaoa::batch(&constant, &mixer, &Start::Uniform, &sets, &all, Limit::NONE).unwrap();
        assert!((found[0].expectation - 2.5).abs() + (found[0].p_optimum - 1.0).abs() < 1e-14);
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let diagonal = Diagonal::tiled(&dense(4));
    let refused = |mixer: Mixer, start: Start, angles: Angles| {
        let mut state = State::<f64>::new(4, Limit::NONE).unwrap();
        qaoa::evolve(&mut state, &diagonal, &mixer, &start, &angles).is_err()
    };
    let none = Angles::default;
    assert!(refused(Mixer::X, Start::Weight(5), none()));
    assert!(refused(Mixer::X, Start::Bits(16), none()));
    assert!(refused(Mixer::X, Start::Product(vec![PI; 3]), none()));
    assert!(refused(Mixer::Tilted(vec![f64::NAN; 4]), Start::Uniform, none()));
    assert!(refused(Mixer::X, Start::Uniform, angles(&[0.1], &[])));
    assert!(refused(Mixer::X, Start::Uniform, angles(&[f64::MAX], &[0.0])));
    assert!(refused(Mixer::X, Start::Uniform, angles(&[0.0], &[f64::NAN])));
    assert!(!refused(Mixer::X, Start::Uniform, none()));
    let (extremes, little) = (diagonal.extremes(Subspace::All).unwrap(), Limit { bytes: 255 });
    let batch = qaoa::batch(&diagonal, &Mixer::X, &Start::Uniform, &[none()], &extremes, little);
    assert!(matches!(batch, Err(energyopti_quantum::Error::TooLarge { most_qubits: 3, .. })));
}

//! Kinetics with feedback: outer steps agree, the order holds, the end state is the analytic one.
#![allow(clippy::float_cmp, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "exact on purpose")]

mod reference;

use energyopti_engine::assets::reactor::feedback::{CoreState, FeedbackReactor};
use energyopti_engine::assets::reactor::inhour::{ramp_reactivity, slow_ramp_reactivity};
use reference::relative;

fn follow(reactor: &FeedbackReactor, rods: f64, outer_s: f64, total_s: f64) -> (CoreState, f64) {
    let mut state = reactor.equilibrium(1.0);
    let (mut energy, steps) = (0.0, (total_s / outer_s).round() as u32);
    for _ in 0..steps {
        let (next, released) =
            reactor.step(&state, [rods, rods], outer_s).expect("a transient with negative feedback stays finite");
        (state, energy) = (next, energy + released);
    }
    (state, energy)
}

#[test]
fn outer_steps_of_an_hour_five_minutes_and_a_second_agree() {
    let reactor = FeedbackReactor::typical_pwr();
    for (rods, total_s) in [(-0.002, 3600.0), (0.003, 3600.0), (0.0077, 3600.0)] {
        let (hour, hour_energy) = follow(&reactor, rods, 3600.0, total_s);
        for outer_s in [300.0, 1.0] {
            let (other, energy) = follow(&reactor, rods, outer_s, total_s);
            let errors = [
                relative(other.neutronics.power, hour.neutronics.power),
                relative(other.rise_k[0], hour.rise_k[0]),
                relative(energy, hour_energy),
            ];
            assert!(errors.iter().all(|&e| e < 10.0 * reactor.tolerance));
        }
    }
}

#[test]
fn the_same_transient_agrees_at_its_steepest_point() {
    // Ten seconds into the transient, not only where it has come to rest.
    let reactor = FeedbackReactor::typical_pwr();
    for rods in [-0.002, 0.003, 0.0077] {
        let (once, _) = follow(&reactor, rods, 10.0, 10.0);
        let (many, _) = follow(&reactor, rods, 0.1, 10.0);
        let error = relative(many.neutronics.power, once.neutronics.power);
        assert!(error < 1e-6);
    }
}

#[test]
fn the_error_falls_with_the_tolerance() {
    let at = |tolerance: f64| {
        let reactor = FeedbackReactor { tolerance, ..FeedbackReactor::typical_pwr() };
        follow(&reactor, 0.003, 5.0, 5.0).0.neutronics.power
    };
    let best = at(1e-10);
    let tolerances = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8];
    let errors = tolerances.map(|tolerance| relative(at(tolerance), best));
    assert!(errors.windows(2).all(|pair| pair[1] < pair[0]));
    assert!((2..5).all(|i| errors[i] < 10.0 * tolerances[i]));
}

/// All nine equations as they stand, in the textbook's densities, for a plain Runge-Kutta.
fn slope(reactor: &FeedbackReactor, rods: f64, y: &[f64; 9]) -> [f64; 9] {
    let (k, nodes) = (&reactor.kinetics, &reactor.nodes);
    let mut d = [0.0; 9];
    d[0] = (rods + reactor.feedback([y[7], y[8]]) - k.beta_total()) / k.generation_time_s * y[0];
    for i in 0..6 {
        d[0] += k.decay_per_s[i] * y[i + 1];
        d[i + 1] = k.beta[i] / k.generation_time_s * y[0] - k.decay_per_s[i] * y[i + 1];
    }
    let heat = nodes.p_thermal_mw * y[0];
    let across = nodes.fuel_to_coolant_mw_per_k * (y[7] - y[8]);
    d[7] = (nodes.fuel_share * heat - across) / nodes.fuel_mj_per_k;
    d[8] = ((1.0 - nodes.fuel_share) * heat + across - nodes.coolant_to_loop_mw_per_k * y[8]) / nodes.coolant_mj_per_k;
    d
}

#[test]
fn a_plain_runge_kutta_with_tiny_steps_gives_the_same_curve() {
    let reactor = FeedbackReactor::typical_pwr();
    for rods in [-0.002, 0.003, 0.0077] {
        let mut y = [1.0; 9];
        for i in 0..6 {
            y[i + 1] =
                reactor.kinetics.beta[i] / (reactor.kinetics.generation_time_s * reactor.kinetics.decay_per_s[i]);
        }
        [y[7], y[8]] = reactor.nodes.equilibrium(1.0);
        let dt = 2e-4;
        for _ in 0..25_000 {
            let shifted = |d: &[f64; 9], h: f64| std::array::from_fn(|i| y[i] + h * d[i]);
            let a = slope(&reactor, rods, &y);
            let b = slope(&reactor, rods, &shifted(&a, 0.5 * dt));
            let c = slope(&reactor, rods, &shifted(&b, 0.5 * dt));
            let d = slope(&reactor, rods, &shifted(&c, dt));
            y = std::array::from_fn(|i| y[i] + dt / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
        }
        let (end, _) = follow(&reactor, rods, 5.0, 5.0);
        let errors =
            [relative(end.neutronics.power, y[0]), relative(end.rise_k[0], y[7]), relative(end.rise_k[1], y[8])];
        assert!(errors.iter().all(|&e| e < 10.0 * reactor.tolerance));
    }
}

#[test]
fn power_settles_where_feedback_cancels_the_rods() {
    let reactor = FeedbackReactor::typical_pwr();
    let per_power = reactor.feedback(reactor.nodes.equilibrium(2.0));
    for rods in [-0.002, 0.003] {
        let (end, _) = follow(&reactor, rods, 3600.0, 7200.0);
        assert!(relative(end.neutronics.power, 1.0 - rods / per_power) < 1e-6);
    }
}

#[test]
fn a_prompt_critical_insertion_is_turned_by_doppler() {
    let reactor = FeedbackReactor::typical_pwr();
    let (mut state, mut peak) = (reactor.equilibrium(1e-3), 0.0_f64);
    for _ in 0..200 {
        state = reactor.step(&state, [0.023, 0.023], 0.01).unwrap().0;
        peak = peak.max(state.neutronics.power);
    }
    assert!(peak > 2.0 && peak.is_finite() && state.neutronics.power > 0.0, "{peak}");
}

#[test]
fn the_reactivity_of_a_ramp_makes_the_power_follow_it() {
    let mut reactor = FeedbackReactor::typical_pwr();
    (reactor.doppler_pcm_per_k, reactor.moderator_pcm_per_k) = (0.0, 0.0);
    let rate = -0.03 / 60.0;
    let mut state = reactor.equilibrium(1.0);
    let at = |t: f64| ramp_reactivity(&reactor.kinetics, rate, t);
    for second in 0..600 {
        let t = f64::from(second);
        state = reactor.step(&state, [at(t), at(t + 1.0)], 1.0).unwrap().0;
    }
    assert!((state.neutronics.power - 0.7).abs() < 1e-4);
    assert!(relative(slow_ramp_reactivity(&reactor.kinetics, rate / 0.7), at(600.0)) < 2e-3);
}

#[test]
fn faults_name_every_broken_rule() {
    assert!(FeedbackReactor::typical_pwr().faults().is_empty());
    let mut broken = FeedbackReactor::typical_pwr();
    broken.nodes.fuel_mj_per_k = 0.0;
    broken.nodes.fuel_share = 1.2;
    broken.tolerance = 0.0;
    let keys: Vec<_> = broken.faults().iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["fuel_mj_per_k", "fuel_share", "tolerance"]);
}

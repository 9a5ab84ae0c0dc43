//! Requests and their answers: every reason, its numbers, and the window.
#![allow(clippy::float_cmp, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "exact on purpose")]

use energyopti_engine::Lanes;
use energyopti_engine::assets::reactor::envelope::{Envelope, EnvelopeTable};
use energyopti_engine::assets::reactor::reactivity::ReactivityBalance;
use energyopti_engine::assets::reactor::refusal::{Reason, Refusal};
use energyopti_engine::assets::reactor::request::{AVAILABLE, Answer, FORCED_OUTAGE, REFUELLING, Request, Rules};
use energyopti_engine::assets::reactor::xenon::{Xenon, XenonModel};
use proptest::prelude::*;

struct Case {
    power: f64,
    wish: f64,
    burnup: f64,
    condition: u8,
    step_min: f64,
    hours_off: u32,
}

const STEADY: Case = Case { power: 1.0, wish: 1.0, burnup: 100.0, condition: AVAILABLE, step_min: 60.0, hours_off: 0 };

fn ask(case: &Case) -> (Answer, Option<Refusal>) {
    let table = EnvelopeTable::pwr();
    let rules = Rules::new(ReactivityBalance::PWR, &table);
    let model = XenonModel::PWR;
    let mut xenon = Xenon::equilibrium(&model, 1.0, case.step_min / 60.0);
    for _ in 0..case.hours_off {
        xenon.step(&model, &Lanes::splat(case.power));
    }
    let reach = Envelope::new(&table).reach(case.power, case.step_min);
    let (wish, burnup, condition) = (Lanes::splat(case.wish), Lanes::splat(case.burnup), Lanes::splat(case.condition));
    let request = Request { wish_pu: &wish, reach: &reach, xenon: &xenon, burnup_efpd: &burnup, condition: &condition };
    let answer = rules.answer(&request);
    let refusal = rules.explain(&model, &request, &answer, 17);
    (answer, refusal)
}

#[test]
fn a_steady_unit_gets_its_wish_and_the_whole_window() {
    let (answer, refusal) = ask(&STEADY);
    assert_eq!((answer.granted_pu[3], refusal), (1.0, None));
    assert!((answer.p_min_pu[3] - 0.3).abs() < 1e-12 && answer.p_max_pu[3] == 1.0);
}

#[test]
fn a_wish_below_the_least_load_is_refused_and_off_is_granted() {
    let (answer, refusal) = ask(&Case { wish: 0.1, ..STEADY });
    assert_eq!(refusal.unwrap().to_string(), "minimum load: 10.0 % power wished, the least is 30.0 %, or off");
    assert!((answer.granted_pu[0] - 0.3).abs() < 1e-12);
    let (off, none) = ask(&Case { wish: 0.0, ..STEADY });
    assert_eq!((off.granted_pu[0], none), (0.0, None));
}

#[test]
fn a_ramp_out_of_reach_is_refused_with_the_power_that_is_reached() {
    let (answer, refusal) = ask(&Case { wish: 0.5, step_min: 5.0, ..STEADY });
    assert!((answer.granted_pu[0] - 0.77).abs() < 1e-12);
    assert_eq!(refusal.unwrap().to_string(), "ramp: 50.0 % power is out of reach within the step, 77.0 % granted");
    let (_, above) = ask(&Case { wish: 1.2, ..STEADY });
    assert!(matches!(above, Some(Refusal::Ramp { .. })));
}

#[test]
fn late_in_the_cycle_power_no_longer_follows_load() {
    let (answer, refusal) = ask(&Case { wish: 0.6, burnup: 450.0, ..STEADY });
    assert_eq!(answer.granted_pu[0], 1.0);
    let text = refusal.unwrap().to_string();
    assert_eq!(text, "end of cycle: no load following after 432 full power days, now 450; 100.0 % granted");
}

#[test]
fn xenon_after_a_shutdown_near_the_end_of_the_cycle_precludes_the_restart() {
    let case = Case { power: 0.0, wish: 0.5, burnup: 470.0, hours_off: 8, ..STEADY };
    let (answer, refusal) = ask(&case);
    assert_eq!((answer.p_max_pu[0], answer.granted_pu[0]), (0.0, 0.0));
    let Some(Refusal::XenonPrecluded { margin_pcm, power_pu, hours }) = refusal else { panic!("{refusal:?}") };
    assert!(margin_pcm < 0.0 && power_pu == 0.3);
    // The forecast holds: an hour before it is still refused, an hour after it is granted.
    let wait = 8 + hours.unwrap() as u32;
    assert!(ask(&Case { hours_off: wait - 1, ..case }).0.granted_pu[0] == 0.0);
    let (later, _) = ask(&Case { hours_off: wait + 2, ..case });
    assert!(later.granted_pu[0] > 0.29);
    assert!(refusal.unwrap().to_string().contains("possible again in"));
}

#[test]
fn xenon_that_leaves_some_power_is_refused_by_the_number_of_pcm() {
    let (answer, refusal) = ask(&Case { power: 0.6, wish: 1.0, burnup: 478.0, hours_off: 4, ..STEADY });
    let Some(Refusal::Xenon { margin_pcm, granted_pu, .. }) = refusal else { panic!("{refusal:?}") };
    assert!(margin_pcm < 0.0 && granted_pu == answer.p_max_pu[0] && granted_pu > 0.3 && granted_pu < 1.0);
}

#[test]
fn after_the_end_of_the_cycle_power_coasts_down() {
    let (answer, refusal) = ask(&Case { burnup: 490.0, ..STEADY });
    assert!(answer.granted_pu[0] > 0.85 && answer.granted_pu[0] < 0.95);
    assert!(refusal.unwrap().to_string().starts_with("stretch-out: margin -200 pcm at 100 % power"));
}

#[test]
fn a_unit_that_is_down_refuses_with_its_condition() {
    for (condition, refusal) in [(FORCED_OUTAGE, Refusal::ForcedOutage), (REFUELLING, Refusal::Refuelling)] {
        let (answer, got) = ask(&Case { power: 0.0, condition, ..STEADY });
        assert_eq!((answer.p_max_pu[0], answer.granted_pu[0], got), (0.0, 0.0, Some(refusal)));
    }
}

#[test]
fn every_code_has_its_reason() {
    for code in 1..=8 {
        assert_eq!(Reason::from_code(code).unwrap() as u8, code);
    }
    assert!(Reason::from_code(0).is_none() && Reason::from_code(9).is_none());
}

proptest! {
    #[test]
    fn an_answer_is_within_its_window_and_a_wish_within_is_granted(
        power in 0.0..1.0_f64, wish in -0.2..1.3_f64, burnup in 0.0..520.0_f64, step_min in 1.0..60.0_f64, hours_off in 0..20_u32, condition in 0..3_u8
    ) {
        let (answer, refusal) = ask(&Case { power, wish, burnup, condition, step_min, hours_off });
        let (low, high, granted) = (answer.p_min_pu[0], answer.p_max_pu[0], answer.granted_pu[0]);
        prop_assert!(low <= high && low >= 0.0 && high <= 1.0);
        prop_assert!(granted == 0.0 || (low..=high).contains(&granted));
        let fits = wish <= 0.0 || (low..=high).contains(&wish);
        prop_assert_eq!(fits, refusal.is_none(), "{:?} {} {} {}", refusal, low, high, wish);
    }
}

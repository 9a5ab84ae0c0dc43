//! Published and independently computed indices of the IEEE RTS-79.
//!
//! Reference figures: LOLE 9.39418 h/y, EENS 1176 MWh/y and LOLE of daily peaks 1.36886 d/y are
//! published (Allan, Billinton, Abdel-Gawad, "The IEEE Reliability Test System - Extensions to and
//! Evaluation of the Generating System", IEEE Trans. PWRS-1(4), 1986); the further digits and LOLF
//! of the hourly chain come from a separate convolution program.

mod rts79;

use energyopti_adequacy::{Adequacy, Course, Events, Limits, Refusal, System, assess, event_frequency};

fn assessed(system: &System) -> Adequacy {
    assess(system, &Limits::default()).expect("RTS-79 is assessed within the limits")
}

fn close(found: f64, expected: f64, relative: f64) {
    assert!(((found - expected) / expected).abs() <= relative, "{found} is not {expected} within {relative} relative");
}

#[test]
fn typed_load_adds_up_to_the_published_energy() {
    let load_mw = rts79::load_mw();
    assert_eq!(load_mw.len(), 8736);
    close(load_mw.iter().sum(), 15_297_074.714, 1e-10);
    close(load_mw[0], 1_530.769_77, 1e-12);
}

#[test]
fn hourly_lole_and_eue_of_rts79() {
    let found = assessed(&rts79::system(rts79::load_mw()));
    close(found.lole_h(), 9.394_175, 1e-6 / 9.0);
    close(found.eue_mwh(), 1176.2985, 1e-7);
    let peak = found.lolp.iter().copied().fold(0.0, f64::max);
    close(peak, 0.084_578_1, 1e-6);
}

#[test]
fn lole_of_364_daily_peaks_of_rts79() {
    let peaks = rts79::load_mw().chunks(24).map(|day| day.iter().copied().fold(0.0, f64::max)).collect();
    let found = assessed(&rts79::system(peaks));
    close(found.lole_h(), 1.368_863, 1e-6);
}

#[test]
fn event_frequency_of_rts79_as_an_hourly_chain() {
    let system = rts79::system(rts79::load_mw());
    let Events { starts } = event_frequency(&system, &Limits::default()).expect("within the limits");
    close(starts.iter().sum(), 1.915_154, 1e-6);
}

#[test]
fn equal_weather_years_change_nothing() {
    let load_mw = rts79::load_mw();
    let one = assessed(&rts79::system(load_mw.clone()));
    let mut system = rts79::system(load_mw.clone());
    let twice = load_mw.iter().flat_map(|mw| [*mw, *mw]).collect();
    system.tiers[0].p_mw = Course::Years { years: 2, values: twice };
    system.must_take_mw = Course::Years { years: 1, values: vec![0.0; rts79::HOURS].into() };
    assert_eq!(assessed(&system), one);
}

#[test]
fn too_small_a_bound_is_refused_and_not_approximated() {
    let system = rts79::system(rts79::load_mw());
    let levels = Limits { levels: 1000, ..Limits::default() };
    assert_eq!(assess(&system, &levels), Err(Refusal::Levels { most: 1000 }));
    let work = Limits { work: 1000, ..Limits::default() };
    assert!(matches!(assess(&system, &work), Err(Refusal::Work { most: 1000, steps: 8736, .. })));
    let cells = Limits { joint_cells: 10, work: 1_000_000_000, ..Limits::default() };
    assert_eq!(event_frequency(&system, &cells), Err(Refusal::Joint { most_cells: 10, most_work: 1_000_000_000 }));
}

//! The IEEE Reliability Test System of 1979, generation side, as data for tests.
//!
//! Source: IEEE Committee Report, "IEEE Reliability Test System", IEEE Trans. PAS-98(6), 1979:
//! units in table 1 of the generating system, load factors in tables 1 to 3 of the load model. No
//! maintenance, no derated states.

use energyopti_adequacy::{Course, Down, System, Tier, Unit};

/// Hours of the study: 52 weeks, week 1 starts on a Monday.
pub const HOURS: usize = 52 * 7 * 24;
/// Annual peak in MW.
pub const PEAK_MW: f64 = 2850.0;

/// Units, MW each, MTTF in h, MTTR in h.
const UNITS: [(u32, f64, f64, f64); 9] = [
    (5, 12.0, 2940.0, 60.0),
    (4, 20.0, 450.0, 50.0),
    (6, 50.0, 1980.0, 20.0),
    (4, 76.0, 1960.0, 40.0),
    (3, 100.0, 1200.0, 50.0),
    (4, 155.0, 960.0, 40.0),
    (3, 197.0, 950.0, 50.0),
    (1, 350.0, 1150.0, 100.0),
    (2, 400.0, 1100.0, 150.0),
];

/// Weekly peak in per mille of the annual one.
const WEEKS: [u32; 52] = [
    862, 900, 878, 834, 880, 841, 832, 806, 740, 737, 715, 727, 704, 750, 721, 800, 754, 837, 870, 880, 856, 811, 900,
    887, 896, 861, 755, 816, 801, 880, 722, 776, 800, 729, 726, 705, 780, 695, 724, 724, 743, 744, 800, 881, 885, 909,
    940, 890, 942, 970, 1000, 952,
];

/// Daily peak in per cent of the weekly one, Monday first.
const DAYS: [u32; 7] = [93, 100, 98, 96, 94, 77, 75];

/// Hourly load in per cent of the daily peak, hour 0 first.
const WINTER_WEEKDAY: [u32; 24] =
    [67, 63, 60, 59, 59, 60, 74, 86, 95, 96, 96, 95, 95, 95, 93, 94, 99, 100, 100, 96, 91, 83, 73, 63];
const WINTER_WEEKEND: [u32; 24] =
    [78, 72, 68, 66, 64, 65, 66, 70, 80, 88, 90, 91, 90, 88, 87, 87, 91, 100, 99, 97, 94, 92, 87, 81];
const SUMMER_WEEKDAY: [u32; 24] =
    [64, 60, 58, 56, 56, 58, 64, 76, 87, 95, 99, 100, 99, 100, 100, 97, 96, 96, 93, 92, 92, 93, 87, 72];
const SUMMER_WEEKEND: [u32; 24] =
    [74, 70, 66, 65, 64, 62, 62, 66, 81, 86, 91, 93, 93, 92, 91, 91, 92, 94, 95, 95, 100, 93, 88, 80];
const SPRING_FALL_WEEKDAY: [u32; 24] =
    [63, 62, 60, 58, 59, 65, 72, 85, 95, 99, 100, 99, 93, 92, 90, 88, 90, 92, 96, 98, 96, 90, 80, 70];
const SPRING_FALL_WEEKEND: [u32; 24] =
    [75, 73, 69, 66, 65, 65, 68, 74, 83, 89, 92, 94, 91, 90, 90, 86, 85, 88, 92, 100, 97, 95, 90, 85];

fn hourly(week: usize, day: usize) -> &'static [u32; 24] {
    match (week, day < 5) {
        (1..=8 | 44..=52, true) => &WINTER_WEEKDAY,
        (1..=8 | 44..=52, false) => &WINTER_WEEKEND,
        (18..=30, true) => &SUMMER_WEEKDAY,
        (18..=30, false) => &SUMMER_WEEKEND,
        (_, true) => &SPRING_FALL_WEEKDAY,
        (_, false) => &SPRING_FALL_WEEKEND,
    }
}

/// The load of each hour in MW.
pub fn load_mw() -> Vec<f64> {
    let hour = |t: usize| {
        let (week, day) = (t / 168, t / 24 % 7);
        let share = WEEKS[week] * DAYS[day] * hourly(week + 1, day)[t % 24];
        PEAK_MW * f64::from(share) / 1e7
    };
    (0..HOURS).map(hour).collect()
}

/// The 32 units, in nine groups.
pub fn units() -> Vec<Unit> {
    let unit = |&(count, mw, mttf_h, mttr_h): &(u32, f64, f64, f64)| {
        let down = Down { p_max_pu: 0.0, failure: 1.0 / mttf_h, repair: 1.0 / mttr_h };
        Unit::with_outage(format!("U{mw}"), count, Course::from(mw), &[down])
    };
    UNITS.iter().map(unit).collect()
}

/// The units against `load_mw`, one firm tier, hourly.
pub fn system(load_mw: Vec<f64>) -> System {
    System {
        step_h: 1.0,
        steps: load_mw.len(),
        units: units(),
        must_take_mw: Course::from(0.0),
        tiers: vec![Tier::firm(Course::from(load_mw))],
    }
}

//! Ageing against BLAST-Lite: ten years of even days, and 200 days of a wild one.

mod reference;

use energyopti_engine::assets::battery::ageing::{Ageing, AgeingParameters, Chemistry};
use energyopti_engine::{LANES, Lanes};

const PROFILE: &str = "battery/daily_profile.csv";
const FADE: &str = "battery/capacity_fade_10y.csv";

fn run_day(ageing: &mut Ageing, knots: &[f64], temperature_c: f64) {
    for pair in knots.windows(2) {
        #[expect(clippy::float_cmp, reason = "at rest means the same number")]
        let changed = if pair[0] == pair[1] { 0 } else { u64::MAX };
        ageing.step(&Lanes::splat(pair[1]), changed, temperature_c, 1.0);
    }
    ageing.end_of_day();
}

#[test]
fn ten_years_of_fade_agree_with_blast_lite() {
    let (Some(profile), Some(rows)) = (reference::table(PROFILE), reference::table(FADE)) else { return };
    let daily: Vec<f64> = profile.iter().map(|row| reference::number(&row[1])).collect();
    let mut worst = [0.0_f64; 6];
    let (mut case, mut day, mut cells) = (String::new(), 0, None::<Ageing>);
    let mut checked = 0;
    for row in &rows {
        let name = format!("{} {}", row[0], row[1]);
        let knots = if row[0].ends_with("daily80") { daily.clone() } else { vec![0.5; 25] };
        let temperature_c = reference::number(&row[1]);
        if name != case {
            let chemistry = if row[0].starts_with("LFP") { Chemistry::Lfp } else { Chemistry::Nmc };
            cells = Some(Ageing::new(chemistry, &Lanes::splat(knots[0]), temperature_c));
            (case, day) = (name, 0);
        }
        let ageing = cells.as_mut().expect("set with the first case");
        while day < row[2].parse::<u32>().unwrap() {
            run_day(ageing, &knots, temperature_c);
            day += 1;
        }
        for lane in [0, LANES - 1] {
            let (calendar, cycle) = ageing.losses(lane);
            let got = [
                ageing.capacity_pu()[lane],
                1.0 - calendar,
                1.0 - cycle,
                ageing.material_pu(lane).unwrap_or(0.0),
                ageing.resistance_pu()[lane],
                ageing.equivalent_full_cycles()[lane],
            ];
            let columns = [4, 5, 6, 7, 8, 3];
            for at in 0..6 {
                if let Ok(want) = row[columns[at]].parse::<f64>() {
                    worst[at] = worst[at].max((got[at] - want).abs());
                }
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 432);
    assert!(worst[0] < 1e-7 && worst[1] < 1e-7 && worst[2] < 1e-7, "{worst:?}");
    assert!(worst[3] < 1e-7 && worst[4] < 1e-6 && worst[5] < 1e-4, "{worst:?}");
    #[expect(clippy::print_stderr, reason = "the figure for the report")]
    {
        eprintln!("worst q, calendar, cycle, material, resistance, cycles: {worst:?}");
    }
}

/// Knots of a state of charge that rests two hours of three, from a linear congruential generator,
/// and of a temperature with a day and a longer season, deg C.
fn wild(days: u32) -> Vec<(f64, f64)> {
    let (mut x, mut soc) = (12_345_u64, 0.5_f64);
    let mut knots = vec![(soc, 20.0)];
    for hour in 0..days * 24 {
        x = (1_103_515_245 * x + 12_345) % 2_147_483_648;
        #[expect(clippy::cast_precision_loss, reason = "below 2^31")]
        let u = x as f64 / 2_147_483_648.0;
        if u < 0.3 {
            soc = (soc + (u - 0.15) * 4.0).clamp(0.0, 1.0);
        }
        let turn = |hours: f64| libm::sin(2.0 * std::f64::consts::PI * f64::from(hour) / hours);
        knots.push((soc, 20.0 + 10.0 * turn(24.0) + 5.0 * turn(1000.0)));
    }
    knots
}

/// Capacity, resistance and cycles of lane 7 at the end of `days`; in the lanes of `busy` the same
/// happens, in the others nothing.
fn age_wildly(chemistry: Chemistry, days: &[usize], busy: u64) -> Vec<[f64; 3]> {
    let knots = wild(200);
    let mut soc = Lanes::splat(0.5);
    let mut ageing = Ageing::new(chemistry, &soc, knots[0].1);
    let mut out = Vec::new();
    for day in 1..=200 {
        for pair in knots[24 * (day - 1)..=24 * day].windows(2) {
            for lane in (0..LANES).filter(|lane| busy >> lane & 1 == 1) {
                soc[lane] = pair[1].0;
            }
            #[expect(clippy::float_cmp, reason = "at rest means the same number")]
            let changed = if pair[0].0 == pair[1].0 { 0 } else { busy };
            ageing.step(&soc, changed, pair[1].1, 1.0);
        }
        ageing.end_of_day();
        if days.contains(&day) {
            out.push([ageing.capacity_pu()[7], ageing.resistance_pu()[7], ageing.equivalent_full_cycles()[7]]);
        }
    }
    // Lane 9 has rested.
    assert!(ageing.equivalent_full_cycles()[9].abs() == 0.0 && ageing.capacity_pu()[9] > ageing.capacity_pu()[7]);
    out
}

#[test]
fn random_days_at_changing_temperature_agree_with_blast_lite() {
    // Computed with BLAST-Lite 1.1.1, `update_battery_state` on the 25 knots of each day.
    let lfp = [
        [0.999_473_606_146_188_7, 1.0, 0.422_926_064_953_207_95],
        [0.997_791_986_817_939_8, 1.0, 7.200_070_458_961_836],
        [0.985_921_401_325_355_1, 1.0, 144.826_333_742_587_6],
    ];
    let nmc = [
        [0.997_649_819_704_58, 1.000_361_511_979_149_8, 0.422_926_064_953_207_95],
        [0.990_603_271_119_198_7, 1.005_578_999_500_346, 7.167_905_162_157_224],
        [0.972_132_139_361_167, 1.099_650_199_735_774_6, 143.130_338_345_245_38],
    ];
    for (chemistry, want) in [(Chemistry::Lfp, lfp), (Chemistry::Nmc, nmc)] {
        let got = age_wildly(chemistry, &[1, 10, 200], 1 << 7);
        // Many lanes are worked as a row, few one by one: the same sums.
        assert_eq!(got, age_wildly(chemistry, &[1, 10, 200], 0x5555_5555_5555_54ff));
        for (got, want) in got.iter().zip(&want) {
            for (got, want) in got.iter().zip(want) {
                assert!((got / want - 1.0).abs() < 1e-8, "{chemistry:?}: {got} {want}");
            }
        }
    }
}

#[test]
fn a_lane_at_rest_ages_as_one_told_that_it_rests() {
    let soc = Lanes::splat(0.7);
    let mut told = Ageing::new(Chemistry::Nmc, &soc, 25.0);
    let mut silent = told.clone();
    for hour in 0..240 {
        let temperature_c = if hour % 7 == 0 { 31.0 } else { 22.0 };
        told.step(&soc, u64::MAX, temperature_c, 1.0);
        silent.step(&Lanes::splat(f64::NAN), 0, temperature_c, 1.0);
        if hour % 24 == 23 {
            told.end_of_day();
            silent.end_of_day();
        }
    }
    assert!((told.capacity_pu()[3] - silent.capacity_pu()[3]).abs() < 1e-15);
}

#[test]
fn new_cells_start_over_and_a_placed_lane_has_not_cycled() {
    let full = Lanes::splat(0.9);
    let mut ageing = Ageing::new(Chemistry::Lfp, &full, 35.0);
    for _ in 0..400 {
        run_day(&mut ageing, &[0.9, 0.1, 0.9], 35.0);
    }
    assert_eq!(ageing.end_of_life(0.99), u64::MAX);
    ageing.renew(0b10);
    assert_eq!(ageing.end_of_life(0.99), !0b10);
    ageing.place(&Lanes::splat(0.2), 0b10);
    run_day(&mut ageing, &[0.9, 0.9], 35.0);
    assert!(ageing.equivalent_full_cycles()[1].abs() == 0.0 && ageing.capacity_pu()[1] < 1.0);
    ageing.restart(&full, 35.0);
    assert_eq!(ageing.end_of_life(0.999_999), 0);
}

#[test]
fn one_more_cycle_costs_what_the_laws_say() {
    for chemistry in [Chemistry::Lfp, Chemistry::Nmc] {
        let mut ageing = Ageing::new(chemistry, &Lanes::splat(0.9), 25.0);
        let (mut first, mut fade) = (Lanes::default(), Lanes::default());
        ageing.fade_per_cycle(&mut first);
        for _ in 0..300 {
            run_day(&mut ageing, &[0.9, 0.5, 0.1, 0.5, 0.9], 25.0);
        }
        ageing.fade_per_cycle(&mut fade);
        let (before, cycles) = (ageing.losses(9).1, ageing.equivalent_full_cycles()[9]);
        run_day(&mut ageing, &[0.9, 0.5, 0.1, 0.5, 0.9], 25.0);
        let slope = (ageing.losses(9).1 - before) / (ageing.equivalent_full_cycles()[9] - cycles);
        assert!((fade[9] / slope - 1.0).abs() < 1e-3, "{} {slope}", fade[9]);
        assert!(first[9] > fade[9] && first[9] < 1e-3, "{}", first[9]);
    }
}

#[test]
fn every_chemistry_survives_a_century_of_abuse() {
    for (chemistry, temperature_c) in
        [(Chemistry::Lfp, 60.0), (Chemistry::Nmc, 60.0), (Chemistry::Lfp, -30.0), (Chemistry::Nmc, -30.0)]
    {
        let mut ageing = Ageing::new(chemistry, &Lanes::splat(1.0), temperature_c);
        let mut before = 1.0;
        for _ in 0..36_500 {
            run_day(&mut ageing, &[1.0, 0.0, 1.0, 0.0, 1.0], temperature_c);
            let (capacity, resistance) = (ageing.capacity_pu()[0], ageing.resistance_pu()[0]);
            assert!(capacity <= before && capacity >= 0.01 && resistance >= 1.0 && resistance.is_finite());
            before = capacity;
        }
    }
}

#[test]
fn every_fault_is_named() {
    let wrong = AgeingParameters { chemistry: Chemistry::Nmc, temperature_c: 200.0, end_of_life_pu: 1.2 };
    let keys: Vec<_> = wrong.faults().iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["temperature_c", "end_of_life_pu"]);
    let fine = AgeingParameters { temperature_c: 25.0, end_of_life_pu: 0.8, ..wrong };
    assert!(fine.faults().is_empty());
}

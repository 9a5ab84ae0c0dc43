//! What holds for every place, time, plane and weather.

use proptest::prelude::*;

use super::super::cell::NAMED;
use super::super::irradiance::Irradiance;
use super::super::location::Location;
use super::super::plant::{Air, Plant};
use super::super::pvwatts::Pvwatts;
use super::super::step::{SunStep, Surface, Transposition};
use crate::lanes::{LANES, Lanes};

prop_compose! {
    fn places()(
        latitude_deg in prop_oneof![-90.0..=90.0, Just(90.0), Just(-90.0), Just(0.0), Just(23.44)],
        longitude_deg in -180.0..=180.0,
        altitude_m in -500.0..=9_000.0,
        linke in prop_oneof![Just(1.0), 1.0..=20.0],
    ) -> Location {
        Location { linke_turbidity: [linke; 12], ..Location::new(latitude_deg, longitude_deg, altitude_m) }
    }
}

prop_compose! {
    fn plants()(
        location in places(),
        tilt_deg in prop_oneof![0.0..=180.0, Just(0.0), Just(90.0)],
        azimuth_deg in 0.0..=360.0,
        albedo in 0.0..=1.0,
        hay_davies in any::<bool>(),
        cell in 0..NAMED.len(),
        pdc0_mw in 1e-3..1e4,
        gamma_pdc_per_c in -0.02..=0.0,
        losses_pu in 0.0..=1.0,
        dc_ac_ratio in 0.1..=10.0,
        inverter_efficiency_pu in 0.5..=1.0,
    ) -> Plant {
        let transposition = if hay_davies { Transposition::HayDavies } else { Transposition::Isotropic };
        Plant {
            location,
            surface: Surface { tilt_deg, azimuth_deg, albedo, transposition },
            temperature: NAMED[cell].1,
            power: Pvwatts { pdc0_mw, gamma_pdc_per_c, losses_pu, dc_ac_ratio, inverter_efficiency_pu },
        }
    }
}

/// 1950 to 2100.
fn times() -> impl Strategy<Value = f64> {
    -631_152_000.0..4_133_980_800.0
}

/// Sixty-four clear-sky indices from less than nothing to far beyond the physical.
fn indices(low: f64, high: f64) -> Lanes {
    let mut kc = Lanes::splat(0.0);
    let mut share = 0.0;
    for lane in 0..LANES {
        kc[lane] = low + (high - low) * share;
        share += 1.0 / 64.0;
    }
    kc
}

fn numbers(step: &SunStep) -> [f64; 10] {
    let SunStep { sun, clear, dni_extra, cos_zenith, aoi_projection, .. } = *step;
    let angles = [sun.zenith_deg, sun.apparent_zenith_deg, sun.azimuth_deg, sun.equation_of_time_min];
    let [zenith, apparent, azimuth, time] = angles;
    [zenith, apparent, azimuth, time, clear.ghi, clear.dni, clear.dhi, dni_extra, cos_zenith, aoi_projection]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn power_lies_between_nothing_and_the_rating(
        plant in plants(), time in times(), temp in -60.0..60.0, wind in 0.0..60.0, most in 0.1..50.0,
    ) {
        prop_assert_eq!(plant.faults(), []);
        let model = plant.prepare();
        let step = model.outlook.step(time);
        prop_assert!(numbers(&step).iter().all(|value| value.is_finite()), "{:?}", step);
        prop_assert!((0.0..360.0).contains(&step.sun.azimuth_deg));
        prop_assert!(step.clear.ghi >= 0.0 && step.clear.dni >= 0.0 && step.clear.dhi >= 0.0, "{:?}", step.clear);
        let mut out = Lanes::splat(f64::NAN);
        model.power_mw(&step, &model.air(temp, wind), &indices(-0.1, most), &mut out);
        let rating = plant.power.p_nom_mw();
        prop_assert!(out.iter().all(|power| (0.0..=rating).contains(power)), "{:?}", out);
        if !step.sun.is_up() {
            prop_assert!(out.iter().all(|power| power.to_bits() == 0));
        }
    }

    #[test]
    fn sixty_four_futures_equal_sixty_four_single_ones(
        plant in plants(), time in times(), temp in -60.0..60.0, wind in 0.0..60.0, most in 0.1..5.0,
    ) {
        let model = plant.prepare();
        let step = model.outlook.step(time);
        let air = model.air(temp, wind);
        let kc = indices(-0.1, most);
        let (mut out, mut by_air) = (Lanes::splat(f64::NAN), Lanes::splat(f64::NAN));
        model.power_mw(&step, &air, &kc, &mut out);
        model.power_by_air_mw(&step, &Lanes::splat(temp), air.rise_c_per_w_m2, &kc, &mut by_air);
        prop_assert_eq!(out, by_air);
        for lane in 0..LANES {
            let single = model.power_given_mw(&step, model.clouded(&step, kc[lane]), &air);
            prop_assert!((out[lane] - single).abs() <= 1e-11 * plant.power.pdc0_mw, "{} {}", out[lane], single);
        }
    }

    #[test]
    fn no_weather_breaks_a_plant(
        plant in plants(), time in times(),
        ghi in prop_oneof![-50.0..3_000.0, Just(f64::NAN), Just(f64::INFINITY)],
        dni in prop_oneof![-50.0..3_000.0, Just(f64::NAN), Just(f64::INFINITY)],
        dhi in prop_oneof![-50.0..3_000.0, Just(f64::NAN), Just(f64::INFINITY)],
        temp_air_c in prop_oneof![-90.0..1_000.0, Just(f64::NAN)],
        wind in prop_oneof![-5.0..200.0, Just(f64::NAN)],
        kc in prop_oneof![-1.0..1e9, Just(f64::NAN), Just(f64::INFINITY)],
    ) {
        let model = plant.prepare();
        let step = model.outlook.step(time);
        let air = Air { temp_air_c, ..model.air(0.0, wind) };
        let rating = plant.power.p_nom_mw();
        let given = model.power_given_mw(&step, Irradiance { ghi, dni, dhi }, &air);
        prop_assert!((0.0..=rating).contains(&given), "{}", given);
        let mut out = Lanes::splat(f64::NAN);
        model.power_mw(&step, &air, &Lanes::splat(kc), &mut out);
        prop_assert!(out.iter().all(|power| (0.0..=rating).contains(power)), "{:?}", out);
    }

    #[test]
    fn closure_holds_under_every_cloud(plant in plants(), time in times(), kc in 0.0..5.0) {
        let model = plant.prepare();
        let step = model.outlook.step(time);
        for light in [step.clear, model.clouded(&step, kc)] {
            if step.sun.zenith_deg < 87.0 {
                // The clear sky closes at the apparent zenith, a split at the true one.
                let apparent = libm::cos(step.sun.apparent_zenith_deg.to_radians());
                let cosine = if light == step.clear { apparent } else { step.cos_zenith };
                prop_assert!((light.dni * cosine + light.dhi - light.ghi).abs() <= 1e-9 * light.ghi);
            }
        }
    }
}

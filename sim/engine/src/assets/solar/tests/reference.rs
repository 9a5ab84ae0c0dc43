//! Every column of the pvlib vectors, first from the same inputs, then from the time alone.
//!
//! What the vectors were computed with: refraction at 101325 Pa and 12 degrees Celsius; air mass at the
//! altitude's pressure; albedo 0.25; Erbs at the true zenith, the rest at the apparent one; the power
//! chain on the clear-sky Hay-Davies plane with Sandia open-rack glass-polymer cells, 14 % losses on the
//! DC side and a DC/AC ratio of 1.2.

use super::super::atmosphere::{airmass_absolute, airmass_relative, pressure_pa};
use super::super::cell::CellTemperature;
use super::super::clearsky::{Ineichen, haurwitz};
use super::super::irradiance::{Irradiance, aoi_deg, dni_extra, erbs};
use super::super::location::Location;
use super::super::plant::Plant;
use super::super::position::Sun;
use super::super::pvwatts::Pvwatts;
use super::super::step::{Surface, Transposition};
use super::table::{Row, rows};

/// Fails unless `value` is within `absolute` or `relative` of the row's column.
#[track_caller]
fn close(row: &Row, column: &str, value: f64, absolute: f64, relative: f64) {
    let expected = row.get(column);
    let error = (value - expected).abs();
    assert!(
        error <= absolute.max(relative * expected.abs()),
        "{column} at {}: {value}, not {expected}",
        row.unix_seconds
    );
}

fn plant(row: &Row, transposition: Transposition) -> Plant {
    let mut location = Location::new(row.get("lat"), row.get("lon"), row.get("alt"));
    location.linke_turbidity = [row.get("linke"); 12];
    Plant {
        location,
        surface: Surface { tilt_deg: row.get("tilt"), azimuth_deg: row.get("surface_az"), albedo: 0.25, transposition },
        temperature: CellTemperature::named("sapm_open_rack_glass_polymer").unwrap(),
        power: Pvwatts::standard(1_000.0),
    }
}

fn sun(row: &Row) -> Sun {
    Sun {
        zenith_deg: row.get("zenith"),
        apparent_zenith_deg: row.get("apparent_zenith"),
        azimuth_deg: row.get("azimuth"),
        equation_of_time_min: row.get("eot_min"),
        distance_au: 1.0,
    }
}

fn light(row: &Row, [ghi, dni, dhi]: [&str; 3]) -> Irradiance {
    Irradiance { ghi: row.get(ghi), dni: row.get(dni), dhi: row.get(dhi) }
}

const CLEAR: [&str; 3] = ["ine_ghi", "ine_dni", "ine_dhi"];
const CLOUDED: [&str; 3] = ["cloud_ghi", "erbs_dni", "erbs_dhi"];

#[test]
fn the_sun_stands_where_pvlib_sees_it() {
    for row in rows() {
        let sun = plant(&row, Transposition::Isotropic).location.sun(row.unix_seconds);
        close(&row, "zenith", sun.zenith_deg, 1e-5, 0.0);
        close(&row, "apparent_zenith", sun.apparent_zenith_deg, 1e-5, 0.0);
        close(&row, "azimuth", sun.azimuth_deg, 2e-5, 0.0);
        close(&row, "eot_min", sun.equation_of_time_min, 3e-5, 0.0);
        if sun.is_up() {
            // Another algorithm, of lower precision.
            close(&row, "eph_app_zenith", sun.apparent_zenith_deg, 0.03, 0.0);
            close(&row, "eph_azimuth", sun.azimuth_deg, 0.03, 0.0);
        }
    }
}

#[test]
fn air_and_clear_sky_follow_from_the_same_inputs() {
    for row in rows() {
        close(&row, "dni_extra", dni_extra(row.unix_seconds), 1e-6, 0.0);
        let zenith = row.get("apparent_zenith");
        close(&row, "haurwitz_ghi", haurwitz(zenith), 2e-5, 1e-6);
        let surface = [row.get("tilt"), row.get("surface_az")];
        close(&row, "aoi", aoi_deg(surface[0], surface[1], zenith, row.get("azimuth")), 3e-6, 0.0);
        if zenith < 90.0 {
            let relative = airmass_relative(zenith);
            close(&row, "airmass_rel", relative, 1e-6, 1e-6);
            close(&row, "airmass_abs", airmass_absolute(relative, pressure_pa(row.get("alt"))), 1e-6, 1e-6);
        }
        let airmass = if zenith < 90.0 { row.get("airmass_abs") } else { f64::INFINITY };
        let sky = Ineichen::new(row.get("alt")).irradiance(zenith, airmass, row.get("linke"), row.get("dni_extra"));
        close(&row, "ine_ghi", sky.ghi, 2e-4, 1e-6);
        close(&row, "ine_dni", sky.dni, 2e-4, 1e-6);
        close(&row, "ine_dhi", sky.dhi, 2e-4, 1e-6);
    }
}

#[test]
fn planes_follow_from_the_same_inputs() {
    for row in rows() {
        let step = |transposition| {
            let model = plant(&row, transposition).prepare();
            let airmass = row.get("airmass_abs");
            (model, model.outlook.step_of(sun(&row), row.get("dni_extra"), airmass, light(&row, CLEAR)))
        };
        let (model, isotropic) = step(Transposition::Isotropic);
        let plane = model.plane_of_array(&isotropic, light(&row, CLEAR));
        close(&row, "iso_dir", plane.direct, 2e-5, 1e-6);
        close(&row, "iso_sky", plane.sky_diffuse, 2e-6, 1e-6);
        close(&row, "iso_gnd", plane.ground_diffuse, 2e-6, 1e-6);
        close(&row, "iso_poa", plane.global(), 2e-5, 1e-6);
        let (model, hay_davies) = step(Transposition::HayDavies);
        let plane = model.plane_of_array(&hay_davies, light(&row, CLEAR));
        close(&row, "hd_sky", plane.sky_diffuse, 2e-5, 1e-6);
        close(&row, "hd_poa", plane.global(), 2e-5, 1e-6);
        let clouded = erbs(row.get("cloud_ghi"), row.get("zenith"), row.get("dni_extra"));
        close(&row, "erbs_dni", clouded.dni, 5e-5, 1e-6);
        close(&row, "erbs_dhi", clouded.dhi, 1e-5, 1e-6);
        close(&row, "hd_poa_cloud", model.plane_of_array(&hay_davies, light(&row, CLOUDED)).global(), 2e-5, 1e-6);
    }
}

#[test]
fn cells_and_inverter_follow_from_the_same_inputs() {
    for row in rows() {
        let [poa, air, wind] = ["hd_poa", "temp_air", "wind"].map(|column| row.get(column));
        let cell = |name| CellTemperature::named(name).unwrap().cell_temperature_c(poa, air, wind);
        close(&row, "tcell_sapm", cell("sapm_open_rack_glass_polymer"), 2e-6, 0.0);
        close(&row, "tcell_pvsyst", cell("pvsyst_freestanding"), 2e-6, 0.0);
        close(&row, "tmod_faiman", cell("faiman"), 5e-6, 0.0);
        let lossless = Pvwatts { losses_pu: 0.0, ..Pvwatts::standard(1_000.0) }.prepare();
        close(&row, "pdc_w", lossless.dc_mw(poa, row.get("tcell_sapm")), 1e-5, 1e-6);
        let conversion = Pvwatts::standard(1_000.0).prepare();
        close(&row, "pac_w", conversion.ac_mw(conversion.dc_mw(poa, row.get("tcell_sapm"))), 1e-5, 1e-6);
    }
}

#[test]
fn a_plant_follows_from_the_time_and_the_weather() {
    for row in rows() {
        let model = plant(&row, Transposition::HayDavies).prepare();
        let step = model.outlook.step(row.unix_seconds);
        close(&row, "ine_ghi", step.clear.ghi, 1e-4, 1e-5);
        close(&row, "ine_dni", step.clear.dni, 2e-4, 1e-5);
        close(&row, "hd_poa", model.plane_of_array(&step, step.clear).global(), 2e-4, 1e-5);
        let air = model.air(row.get("temp_air"), row.get("wind"));
        close(&row, "pac_w", model.power_given_mw(&step, step.clear, &air), 2e-4, 1e-5);
        let kc = if step.clear.ghi > 0.0 { row.get("cloud_ghi") / step.clear.ghi } else { 1.0 };
        let clouded = model.clouded(&step, kc);
        close(&row, "erbs_dni", clouded.dni, 2e-4, 1e-5);
        close(&row, "hd_poa_cloud", model.plane_of_array(&step, clouded).global(), 2e-4, 1e-5);
    }
}

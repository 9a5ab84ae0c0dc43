//! The TMY3 format: a line on the site, a line of column names, then a row per hour.
//!
//! After S. Wilcox and W. Marion, "Users manual for TMY3 data sets", NREL/TP-581-43156 (2008). Times
//! 01:00 to 24:00 are local standard time and name the end of their interval.

use csv::StringRecord;

use super::Quantity;
use super::typical_year::{Column, Layout, Place, When, number};

/// Where the place is told, and where each quantity stands.
pub(super) fn layout(records: &[StringRecord]) -> Result<Layout, String> {
    let (Some(site), Some(names)) = (records.first(), records.get(1)) else {
        return Err("must have a line on the site and a line of column names: this is no TMY3 file".to_owned());
    };
    let place: Vec<_> = (3..=6).map(|i| number(site, i)).collect();
    let [Some(zone_h), Some(latitude_deg), Some(longitude_deg), Some(altitude_m)] = place[..] else {
        return Err("must tell time zone, latitude, longitude and elevation in fields 4 to 7 of line 1".to_owned());
    };
    let find = |name: &str| names.iter().position(|field| field.trim() == name);
    let mut columns = Vec::new();
    for quantity in Quantity::ALL {
        let (name, scale) = match quantity {
            Quantity::Ghi => ("GHI (W/m^2)", 1.0),
            Quantity::Dni => ("DNI (W/m^2)", 1.0),
            Quantity::Dhi => ("DHI (W/m^2)", 1.0),
            Quantity::TempAir => ("Dry-bulb (C)", 1.0),
            Quantity::Wind => ("Wspd (m/s)", 1.0),
            Quantity::Pressure => ("Pressure (mbar)", 100.0),
        };
        let Some(index) = find(name) else { return Err(format!("has no column `{name}` in its line 2")) };
        columns.push(Column { index, scale, missing: vec![-9900.0, -999.0, -99.0, 9999.0] });
    }
    if records.len() <= 2 {
        return Err("must have hours after its 2 header lines".to_owned());
    }
    let place = Place { latitude_deg, longitude_deg, altitude_m };
    Ok(Layout { place, zone_h, first_row: 2, width: names.len(), columns, when })
}

/// The interval of a row: a date as MM/DD/YYYY, a time as HH:MM from 01:00 to 24:00.
fn when(row: &StringRecord) -> Option<When> {
    let mut date = row.get(0)?.trim().split('/').map(|part| part.parse::<u8>().ok());
    let hour = row.get(1)?.trim().split(':').next()?.parse().ok()?;
    When::ending(date.next()??, date.next()??, hour)
}

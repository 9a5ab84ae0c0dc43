//! The `EnergyPlus` weather format (EPW): 8 header lines, then 35 columns per hour.
//!
//! After D. B. Crawley, J. W. Hand and L. K. Lawrie, "Improving the weather information available to
//! simulation programs" (1999), and the format's description in the `EnergyPlus` auxiliary programs
//! manual. Hours 1 to 24 are local standard time and name the end of their interval.

use csv::StringRecord;

use super::Quantity;
use super::typical_year::{Column, Layout, Place, When, number};

/// Lines before the first hour.
pub(super) const HEADER_LINES: usize = 8;
/// Columns of an hour.
pub(super) const COLUMNS: usize = 35;

/// Where the place is told, and where each quantity stands.
pub(super) fn layout(records: &[StringRecord]) -> Result<Layout, String> {
    let location = records.first().filter(|line| line.get(0).is_some_and(|word| word.trim() == "LOCATION"));
    let Some(line) = location else {
        return Err("must begin with a LOCATION line: this is no EPW file".to_owned());
    };
    if records.len() <= HEADER_LINES {
        return Err(format!("must have hours after its {HEADER_LINES} header lines"));
    }
    let place: Vec<_> = (6..=9).map(|i| number(line, i)).collect();
    let [Some(latitude_deg), Some(longitude_deg), Some(zone_h), Some(altitude_m)] = place[..] else {
        let rule = "must tell latitude, longitude, time zone and elevation in fields 7 to 10 of its LOCATION line";
        return Err(rule.to_owned());
    };
    let columns = |quantity: Quantity| {
        let (index, missing) = match quantity {
            Quantity::Ghi => (13, 9999.0),
            Quantity::Dni => (14, 9999.0),
            Quantity::Dhi => (15, 9999.0),
            Quantity::TempAir => (6, 99.9),
            Quantity::Wind => (21, 999.0),
            Quantity::Pressure => (9, 999_999.0),
        };
        Column { index, scale: 1.0, missing: vec![missing] }
    };
    Ok(Layout {
        place: Place { latitude_deg, longitude_deg, altitude_m },
        zone_h,
        first_row: HEADER_LINES,
        width: COLUMNS,
        columns: Quantity::ALL.map(columns).to_vec(),
        when,
    })
}

/// The interval of a row: month, day, hour 1 to 24.
fn when(row: &StringRecord) -> Option<When> {
    let field = |i: usize| row.get(i)?.trim().parse::<u8>().ok();
    When::ending(field(1)?, field(2)?, field(3)?)
}

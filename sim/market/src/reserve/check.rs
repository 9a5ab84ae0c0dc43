//! The rules of an interval's input; every fault is reported.

use std::collections::BTreeSet;

use super::{Interval, Unit};
use crate::check::{Faults, MOST_MW, MOST_PRICE};
use crate::fault::MarketError;

/// All rules.
pub(super) fn check(interval: &Interval) -> Result<(), MarketError> {
    let mut faults = Faults::default();
    let zones: BTreeSet<&str> = interval.zones.iter().map(|z| z.zone.as_str()).collect();
    faults.within("step_h", interval.step_h, 1e-3, 1e4);
    if zones.is_empty() {
        faults.add("zones", "empty", "there is at least one zone", "name one");
    }
    faults.unique("zone", interval.zones.iter().map(|z| z.zone.as_str()));
    faults.unique("line", interval.lines.iter().map(|l| l.name.as_str()));
    faults.unique("unit", interval.units.iter().map(|u| u.name.as_str()));
    faults.unique("requirement", interval.requirements.iter().map(|r| r.name.as_str()));
    for z in &interval.zones {
        let place = |field: &str| format!("zone \"{}\": {field}", z.zone);
        faults.within(place("demand_mw"), z.demand_mw, 0.0, MOST_MW);
        faults.within(place("shed_price"), z.shed_price, 0.0, MOST_PRICE);
        faults.within(place("spill_price"), z.spill_price, 0.0, MOST_PRICE);
    }
    for line in &interval.lines {
        faults.line(line, &zones, 1);
    }
    interval.units.iter().for_each(|u| unit(&mut faults, u, &zones));
    for r in &interval.requirements {
        let place = |field: &str| format!("requirement \"{}\": {field}", r.name);
        faults.within(place("reserve_mw"), r.reserve_mw, 0.0, MOST_MW);
        faults.within(place("shortage_price"), r.shortage_price, 0.0, MOST_PRICE);
        r.zones.iter().for_each(|zone| faults.known(place("zones"), zone, &zones));
    }
    faults.end()
}

fn unit(faults: &mut Faults, u: &Unit, zones: &BTreeSet<&str>) {
    let place = |field: &str| format!("unit \"{}\": {field}", u.name);
    faults.known(place("zone"), &u.zone, zones);
    faults.within(place("p_max_mw"), u.p_max_mw, 0.0, MOST_MW);
    faults.within(place("p_min_mw"), u.p_min_mw, 0.0, if u.p_max_mw >= 0.0 { u.p_max_mw } else { MOST_MW });
    faults.within(place("cost_at_min"), u.cost_at_min, -MOST_MW * MOST_PRICE, MOST_MW * MOST_PRICE);
    faults.within(place("reserve_mw"), u.reserve_mw, 0.0, MOST_MW);
    faults.within(place("reserve_price"), u.reserve_price, -MOST_PRICE, MOST_PRICE);
    for (i, s) in u.segments.iter().enumerate() {
        faults.within(place(&format!("segments[{i}].width_mw")), s.width_mw, 0.0, MOST_MW);
        faults.within(place(&format!("segments[{i}].price")), s.price, -MOST_PRICE, MOST_PRICE);
    }
    for (i, pair) in u.segments.windows(2).enumerate() {
        if pair[1].price < pair[0].price {
            let at = place(&format!("segments[{}].price", i + 1));
            faults.add(at, pair[1].price, "marginal cost does not fall", "sort the segments by price");
        }
    }
}

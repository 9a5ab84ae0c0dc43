//! `mpc.branch`: from rows to lines and transformers.

use super::buses::Buses;
use super::fault::{Faults, Warning};
use super::record::{Record, records, whole};
use super::table::Table;
use crate::{Branch, BusKind};

const COLUMNS: [&str; 13] =
    ["fbus", "tbus", "r", "x", "b", "rateA", "rateB", "rateC", "ratio", "angle", "status", "angmin", "angmax"];
const FROM: usize = 0;
const TO: usize = 1;
const R: usize = 2;
const X: usize = 3;
const B: usize = 4;
const RATE: usize = 5;
const RATIO: usize = 8;
const ANGLE: usize = 9;
const STATUS: usize = 10;
const ANGMIN: usize = 11;
const ANGMAX: usize = 12;

/// Reads the table. The angle limits may be left out.
pub(super) fn read(table: &mut Table, buses: &Buses, faults: &mut Faults, warnings: &mut Vec<Warning>) -> Vec<Branch> {
    let records = records(table, &COLUMNS, STATUS + 1, faults);
    records.iter().filter_map(|record| branch(record, buses, faults, warnings)).collect()
}

fn branch(record: &Record<'_>, buses: &Buses, faults: &mut Faults, warnings: &mut Vec<Warning>) -> Option<Branch> {
    if record.faulty() {
        return None;
    }
    let (from, to) = (buses.find(record, FROM, faults), buses.find(record, TO, faults));
    if from == to && from.is_some() {
        faults.note(record.fault(TO, "is its fbus, too: a branch joins two buses"));
    }
    let status = whole(record.cell(STATUS));
    if !matches!(status, Some(0 | 1)) {
        faults.note(record.fault(STATUS, "must be 1 (in service) or 0"));
    }
    let mut in_service = status == Some(1);
    let isolated = |bus: Option<usize>| bus.is_some_and(|bus| buses.buses[bus].kind == BusKind::Isolated);
    if in_service && (isolated(from) || isolated(to)) {
        in_service = false;
        let message = format!("mpc.branch row {} is taken out of service: a bus of it is isolated", record.row() + 1);
        warnings.push(Warning { line: record.line(), message });
    }
    let branch = Branch {
        from: from.unwrap_or(0),
        to: to.unwrap_or(0),
        in_service,
        r_pu: record.finite(R, faults),
        x_pu: record.finite(X, faults),
        b_pu: record.finite(B, faults),
        tap: tap(record, faults),
        shift_deg: record.finite(ANGLE, faults),
        rate_mw: rate(record, faults),
        angle_min_deg: angle(record, ANGMIN, -360.0, faults),
        angle_max_deg: angle(record, ANGMAX, 360.0, faults),
    };
    if in_service && branch.r_pu == 0.0 && branch.x_pu == 0.0 {
        let fault = record.fault(X, "is 0, and r is 0, too: the flow would be infinite");
        faults.note(fault.help("join the two buses, or give the branch a small x such as 1e-4"));
    }
    if in_service && branch.angle_min_deg > branch.angle_max_deg {
        faults.note(record.fault(ANGMIN, format!("is above angmax = {}", branch.angle_max_deg)));
    }
    Some(branch)
}

/// A ratio of 0 stands for a line, whose ratio is 1.
fn tap(record: &Record<'_>, faults: &mut Faults) -> f64 {
    let ratio = record.finite(RATIO, faults);
    if ratio < 0.0 {
        faults.note(record.fault(RATIO, "must not be negative").help("0 stands for a line, without a tap"));
    }
    if ratio == 0.0 { 1.0 } else { ratio }
}

/// A rate of 0 stands for no limit.
fn rate(record: &Record<'_>, faults: &mut Faults) -> f64 {
    let rate = record.number(RATE, faults);
    if rate < 0.0 {
        faults.note(record.fault(RATE, "must not be negative").help("0 stands for no limit"));
    }
    if rate == 0.0 { f64::INFINITY } else { rate }
}

fn angle(record: &Record<'_>, column: usize, absent: f64, faults: &mut Faults) -> f64 {
    if record.optional(column).is_some() { record.number(column, faults) } else { absent }
}

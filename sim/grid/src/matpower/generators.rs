//! `mpc.gen`: from rows to generators, without their costs.

use super::buses::Buses;
use super::fault::{Faults, Warning};
use super::record::{Record, records};
use super::table::Table;
use crate::{BusKind, Cost, Generator};

const COLUMNS: [&str; 10] = ["bus", "Pg", "Qg", "Qmax", "Qmin", "Vg", "mBase", "status", "Pmax", "Pmin"];
const BUS: usize = 0;
const PG: usize = 1;
const QG: usize = 2;
const QMAX: usize = 3;
const QMIN: usize = 4;
const VG: usize = 5;
const STATUS: usize = 7;
const PMAX: usize = 8;
const PMIN: usize = 9;

/// Reads the table. A row at fault yields a generator all the same, so that costs stay in step.
pub(super) fn read(
    table: &mut Table,
    buses: &Buses,
    faults: &mut Faults,
    warnings: &mut Vec<Warning>,
) -> Vec<Generator> {
    let records = records(table, &COLUMNS, COLUMNS.len(), faults);
    records.iter().map(|record| generator(record, buses, faults, warnings)).collect()
}

fn generator(record: &Record<'_>, buses: &Buses, faults: &mut Faults, warnings: &mut Vec<Warning>) -> Generator {
    let mut ignored = Faults::default();
    let faults = if record.faulty() { &mut ignored } else { faults };
    let bus = buses.find(record, BUS, faults);
    let kind = bus.map(|bus| buses.buses[bus].kind);
    let mut in_service = record.number(STATUS, faults) > 0.0;
    if in_service && kind == Some(BusKind::Isolated) {
        in_service = false;
        let message = format!("mpc.gen row {} is taken out of service: its bus is isolated", record.row() + 1);
        warnings.push(Warning { line: record.line(), message });
    }
    let generator = Generator {
        bus: bus.unwrap_or(0),
        in_service,
        p_mw: record.finite(PG, faults),
        q_mvar: record.finite(QG, faults),
        p_min_mw: record.finite(PMIN, faults),
        p_max_mw: record.finite(PMAX, faults),
        q_min_mvar: record.number(QMIN, faults),
        q_max_mvar: record.number(QMAX, faults),
        vm_pu: record.finite(VG, faults),
        cost: Cost::default(),
    };
    if in_service {
        running(&generator, kind, record, faults, warnings);
    }
    generator
}

/// What must hold of a generator that runs.
fn running(
    generator: &Generator,
    kind: Option<BusKind>,
    record: &Record<'_>,
    faults: &mut Faults,
    warnings: &mut Vec<Warning>,
) {
    if generator.p_min_mw > generator.p_max_mw {
        let rule = format!("is above Pmax = {}", generator.p_max_mw);
        faults.note(record.fault(PMIN, rule).help("write the lesser of the two as Pmin"));
    }
    if generator.q_min_mvar > generator.q_max_mvar {
        let message = format!(
            "mpc.gen row {}, Qmin = {} is above Qmax = {}: reactive limits of it cannot be kept",
            record.row() + 1,
            generator.q_min_mvar,
            generator.q_max_mvar
        );
        warnings.push(Warning { line: record.line(), message });
    }
    if matches!(kind, Some(BusKind::Pv | BusKind::Slack)) && generator.vm_pu <= 0.0 {
        faults.note(record.fault(VG, "must be above 0: the bus is held at this voltage"));
    }
}

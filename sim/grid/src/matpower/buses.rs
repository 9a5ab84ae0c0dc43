//! `mpc.bus`: from rows to buses, and from bus numbers to indices.

use std::collections::BTreeMap;

use super::fault::{Fault, Faults};
use super::record::{Record, records, whole};
use super::table::Table;
use crate::{Bus, BusKind};

const COLUMNS: [&str; 13] =
    ["bus_i", "type", "Pd", "Qd", "Gs", "Bs", "area", "Vm", "Va", "baseKV", "zone", "Vmax", "Vmin"];
const NUMBER: usize = 0;
const TYPE: usize = 1;
const PD: usize = 2;
const QD: usize = 3;
const GS: usize = 4;
const BS: usize = 5;
const AREA: usize = 6;
const VM: usize = 7;
const VA: usize = 8;
const BASE_KV: usize = 9;

/// The buses and where their numbers are.
#[derive(Default)]
pub(super) struct Buses {
    /// In the file's order.
    pub buses: Vec<Bus>,
    /// Line of each.
    pub lines: Vec<usize>,
    index: BTreeMap<u64, usize>,
    /// Whether a number could not be read or is given twice, so that a missing one says nothing.
    incomplete: bool,
}

impl Buses {
    /// Reads the table.
    pub fn read(table: Option<&mut Table>, faults: &mut Faults) -> Self {
        let mut buses = Self { incomplete: true, ..Self::default() };
        let Some(table) = table else { return buses };
        let (name, line) = (table.name.clone(), table.line);
        if table.rows.is_empty() {
            faults.note(Fault::new(line, name, "is empty: a network has at least one bus"));
            return buses;
        }
        let records = records(table, &COLUMNS, COLUMNS.len(), faults);
        buses.incomplete = records.is_empty();
        for record in &records {
            buses.take(record, faults);
        }
        buses
    }

    fn take(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let number = if record.faulty() { whole(record.cell(NUMBER)) } else { record.bus_number(NUMBER, faults) };
        self.incomplete |= number.is_none();
        if let Some(number) = number
            && let Some(first) = self.index.insert(number, self.buses.len())
        {
            self.incomplete = true;
            let rule = format!("is the number of another bus on line {}", self.lines[first]);
            faults.note(record.fault(NUMBER, rule).help("give each bus its own number"));
        }
        let mut ignored = Faults::default();
        let faults = if record.faulty() { &mut ignored } else { faults };
        self.buses.push(bus(record, number, faults));
        self.lines.push(record.line());
    }

    /// Index of the bus whose number a cell holds.
    pub fn find(&self, record: &Record<'_>, column: usize, faults: &mut Faults) -> Option<usize> {
        let number = record.bus_number(column, faults)?;
        let found = self.index.get(&number).copied();
        if found.is_none() && !self.incomplete {
            let ends = self.index.first_key_value().zip(self.index.last_key_value());
            let help =
                ends.map_or_else(String::new, |(a, b)| format!("the buses' numbers lie from {} to {}", a.0, b.0));
            faults.note(record.fault(column, "is the number of no bus").help(help));
        }
        found
    }
}

fn bus(record: &Record<'_>, number: Option<u64>, faults: &mut Faults) -> Bus {
    let kind = kind(record, faults);
    let vm_pu = record.finite(VM, faults);
    if vm_pu < 0.0 {
        faults.note(record.fault(VM, "must not be negative"));
    }
    Bus {
        name: number.map_or_else(String::new, |n| n.to_string()),
        kind,
        p_load_mw: record.finite(PD, faults),
        q_load_mvar: record.finite(QD, faults),
        g_shunt_mw: record.finite(GS, faults),
        b_shunt_mvar: record.finite(BS, faults),
        vm_pu,
        va_deg: record.finite(VA, faults),
        v_nom_kv: record.finite(BASE_KV, faults),
        // Nothing is computed by area, so that one which is no number is no fault.
        area: whole(record.cell(AREA)).and_then(|area| u32::try_from(area).ok()).unwrap_or(0),
    }
}

fn kind(record: &Record<'_>, faults: &mut Faults) -> BusKind {
    match whole(record.cell(TYPE)) {
        Some(1) => BusKind::Pq,
        Some(2) => BusKind::Pv,
        Some(3) => BusKind::Slack,
        Some(4) => BusKind::Isolated,
        _ => {
            let fault = record.fault(TYPE, "is no type of bus");
            faults.note(fault.help("1 is a load bus (PQ), 2 a generator's (PV), 3 the reference, 4 isolated"));
            BusKind::Pq
        }
    }
}

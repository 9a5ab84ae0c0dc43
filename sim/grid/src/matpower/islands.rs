//! Reference buses: one in each island that has any.

use super::buses::Buses;
use super::fault::{Fault, Faults, Warning};
use crate::{Branch, BusKind};

/// Holds the reference buses against the islands that the branches in service make.
pub(super) fn check(buses: &Buses, branches: &[Branch], faults: &mut Faults, warnings: &mut Vec<Warning>) {
    let islands = islands(buses.buses.len(), branches);
    let of_kind = |kind: BusKind| (0..islands.len()).filter(move |&bus| buses.buses[bus].kind == kind);
    let mut reference: Vec<Option<usize>> = vec![None; islands.len()];
    for bus in of_kind(BusKind::Slack) {
        if let Some(first) = reference[islands[bus]].replace(bus) {
            let (this, other) = (&buses.buses[bus], &buses.buses[first]);
            let key = format!("mpc.bus row {}, type", bus + 1);
            let rule =
                format!("makes bus {} a second reference beside bus {} of the same island", this.name, other.name);
            let help = "write 2 in place of 3 for all but one of them";
            faults.note(Fault::new(buses.lines[bus], key, rule).value(3).help(help));
        }
    }
    if reference.iter().all(Option::is_none) {
        let fault = Fault::new(buses.lines[0], "mpc.bus", "has no reference bus");
        return faults.note(fault.help("write 3 as the type of one bus that has a generator"));
    }
    let mut told = vec![false; islands.len()];
    for bus in 0..islands.len() {
        let island = islands[bus];
        let alive = buses.buses[bus].kind != BusKind::Isolated;
        if alive && reference[island].is_none() && !std::mem::replace(&mut told[island], true) {
            let message = format!("the island of bus {} has no reference bus", buses.buses[bus].name);
            warnings.push(Warning { line: buses.lines[bus], message });
        }
    }
}

/// For each bus the first bus of its island.
fn islands(buses: usize, branches: &[Branch]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..buses).collect();
    for branch in branches.iter().filter(|branch| branch.in_service) {
        let (a, b) = (root(&mut parent, branch.from), root(&mut parent, branch.to));
        parent[a.max(b)] = a.min(b);
    }
    (0..buses).map(|bus| root(&mut parent, bus)).collect()
}

fn root(parent: &mut [usize], mut bus: usize) -> usize {
    while parent[bus] != bus {
        parent[bus] = parent[parent[bus]];
        bus = parent[bus];
    }
    bus
}

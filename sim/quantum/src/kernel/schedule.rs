//! Which operations run while a set of qubits is at hand.
//!
//! A rotation needs its qubits among the active ones; a diagonal needs nothing, because the other
//! qubits of a piece are constants. Going through the operations in order, the first rotations fill
//! the active set; one that finds no room stays, and with it all that has to come after it. In a
//! circuit of neighbours this takes a cone of many layers at once.

use super::lower::Op;

/// Operations on active qubits, and the others in their order.
pub struct Split {
    /// The active qubits, as a mask: as many as asked for.
    pub active: u64,
    /// What runs on them.
    pub taken: Vec<Op>,
    /// What is left.
    pub rest: Vec<Op>,
}

impl Split {
    /// Takes what can run on `capacity` qubits out of `within`, of which those of `always` are some.
    pub fn of(ops: Vec<Op>, within: u64, always: u64, capacity: u32) -> Self {
        let (active, mut take) = reachable(&ops, always, capacity);
        let left = ops.iter().zip(&take).any(|(op, &taken)| op.mixes() && !taken);
        if left {
            leave_idle_phases(&ops, &mut take);
        }
        let (mut taken, mut rest) = (Vec::new(), Vec::new());
        for (op, take) in ops.into_iter().zip(take) {
            if take { taken.push(op) } else { rest.push(op) }
        }
        Self { active: filled(active, within, capacity), taken, rest }
    }
}

/// The active qubits, and which operations they allow.
fn reachable(ops: &[Op], always: u64, capacity: u32) -> (u64, Vec<bool>) {
    // Qubits on which a rotation, or only a diagonal, was left behind.
    let (mut stuck, mut late) = (0, 0);
    let mut active = always;
    let takes = ops.iter().map(|op| {
        let qubits = op.qubits();
        let free = qubits & stuck == 0;
        if !op.mixes() {
            late |= if free { 0 } else { qubits };
            return free;
        }
        let fits = free && qubits & late == 0 && (active | qubits).count_ones() <= capacity;
        let into = if fits { &mut active } else { &mut stuck };
        *into |= qubits;
        fits
    });
    let takes = takes.collect();
    (active, takes)
}

/// A diagonal that no rotation waits for is cheaper in the next stage, where it joins another.
fn leave_idle_phases(ops: &[Op], take: &mut [bool]) {
    let mut turned = 0;
    for (op, take) in ops.iter().zip(take).rev().filter(|(_, take)| **take) {
        if op.mixes() {
            turned |= op.qubits();
        } else if op.qubits() & turned == 0 {
            *take = false;
        }
    }
}

/// The set with the lowest further qubits of `within`, up to `capacity`: long runs in memory.
fn filled(mut active: u64, within: u64, capacity: u32) -> u64 {
    while active.count_ones() < capacity && within & !active != 0 {
        active |= 1 << (within & !active).trailing_zeros();
    }
    active
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::turn::Turn;

    fn turn(qubit: u32) -> Op {
        Op::Turn { qubit, turn: Turn { tangent: 0.5, flip: false }, scale: 1.0 }
    }

    fn both(first: u32, second: u32) -> Op {
        Op::Both { first, second, factor: num_complex::Complex64::I }
    }

    #[test]
    fn a_cone_is_taken_and_what_hangs_on_the_rest_is_left() {
        let ops = vec![turn(0), turn(1), turn(2), both(0, 1), both(1, 2), turn(0), turn(1), both(0, 1), turn(0)];
        let split = Split::of(ops, 0b111, 0, 2);
        assert_eq!(split.active, 0b011);
        // Qubit 1's second rotation comes after a diagonal with qubit 2, which is not there.
        assert_eq!(split.taken, [turn(0), turn(1), both(0, 1), turn(0)]);
        assert_eq!(split.rest, [turn(2), both(1, 2), turn(1), both(0, 1), turn(0)]);
    }
}

//! Which classical bits a circuit writes, and how outcomes are printed and counted.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::circuit::{Circuit, Operation};
use crate::error::Error;
use crate::state::Limit;

/// Most classical bits of a text.
const MOST_BITS: u32 = 1 << 16;
/// Most shots in one answer: 3 GB while they are drawn.
pub const MOST_SHOTS: u64 = 1 << 27;

/// The classical bits of a circuit. The outcome of a shot is a word of the bits that are written,
/// the lowest first; other bits are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// Number of classical bits.
    bits: u32,
    /// Those that are written, in order.
    written: Vec<u32>,
    /// The qubit that each of them shows in the end, where nothing happens after a measurement.
    qubits: Option<Vec<u32>>,
}

impl Readout {
    /// The measurements of a circuit; all its qubits, each into the bit of its own number, where it
    /// has none.
    ///
    /// # Errors
    /// [`Error::Gate`] for more than 64 bits that are written or 65 536 at all, [`Error::TooLarge`] for more qubits than
    /// any memory holds.
    pub fn of(circuit: &Circuit) -> Result<Self, Error> {
        Limit::NONE.check(circuit.qubits(), 1, 0)?;
        let mut shown = BTreeMap::new();
        let mut measured = 0_u64;
        let mut terminal = true;
        for operation in circuit.operations() {
            match *operation {
                Operation::Measure { qubit, bit } => {
                    measured |= 1 << qubit;
                    shown.insert(bit, qubit);
                }
                Operation::One(_, qubit) => terminal &= measured >> qubit & 1 == 0,
                Operation::Two(_, first, second) => terminal &= (measured >> first | measured >> second) & 1 == 0,
            }
        }
        let mut bits = circuit.bits();
        if shown.is_empty() {
            shown = (0..circuit.qubits()).map(|qubit| (qubit, qubit)).collect();
            bits = bits.max(circuit.qubits());
        }
        if shown.len() > 64 || bits > MOST_BITS {
            let reason = format!("{} of {bits} classical bits; at most 64 of {MOST_BITS} are written", shown.len());
            return Err(Error::Gate { gate: "measure".to_owned(), reason });
        }
        let (written, qubits) = shown.into_iter().unzip();
        Ok(Self { bits, written, qubits: terminal.then_some(qubits) })
    }

    /// The qubits of the outcome's bits; `None` where a measured qubit is used again.
    #[must_use]
    pub fn qubits(&self) -> Option<&[u32]> {
        self.qubits.as_deref()
    }

    /// Checks that the outcomes of so many shots can be held.
    pub(super) fn check(shots: &Range<u64>) -> Result<(), Error> {
        let count = shots.end.saturating_sub(shots.start);
        if count <= MOST_SHOTS {
            return Ok(());
        }
        let reason = format!("{count} shots at once; ask for parts of {MOST_SHOTS}, which add up to the same");
        Err(Error::Gate { gate: "measure".to_owned(), reason })
    }

    /// The place in an outcome of a classical bit that is written.
    pub(super) fn place(&self, bit: u32) -> Option<usize> {
        self.written.binary_search(&bit).ok()
    }

    /// An outcome as text: classical bit 0 is the leftmost character.
    #[must_use]
    pub fn text(&self, outcome: u64) -> String {
        let mut text = vec![b'0'; self.bits as usize];
        for (at, bit) in self.written.iter().enumerate() {
            text[*bit as usize] += u8::from(outcome >> at & 1 == 1);
        }
        text.into_iter().map(char::from).collect()
    }

    /// How often each outcome is there.
    #[must_use]
    pub fn counts(&self, outcomes: &[u64]) -> BTreeMap<String, u64> {
        // In the order of their texts, which the map then need not sort.
        let mut sorted: Vec<u64> = outcomes.iter().map(|outcome| outcome.reverse_bits()).collect();
        sorted.sort_unstable();
        let groups = sorted.chunk_by(|a, b| a == b);
        groups.map(|group| (self.text(group[0].reverse_bits()), group.len() as u64)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::Gate;

    #[test]
    fn bit_0_is_leftmost_and_bits_that_nobody_writes_are_0() {
        let mut circuit = Circuit::new(3);
        circuit.measure(2, 0).and_then(|c| c.measure(0, 3)).unwrap();
        let readout = Readout::of(&circuit).unwrap();
        assert_eq!(readout.qubits(), Some(&[2, 0][..]));
        assert_eq!(readout.text(0b01), "1000");
        assert_eq!(readout.text(0b10), "0001");
        let counts = readout.counts(&[0b10, 0b01, 0b10]);
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("0001".to_owned(), 2), ("1000".to_owned(), 1)]);
    }

    #[test]
    fn a_gate_after_a_measurement_makes_it_no_last_one() {
        let mut circuit = Circuit::new(2);
        circuit.measure(0, 0).and_then(|c| c.one(Gate::H, 1)).unwrap();
        assert!(Readout::of(&circuit).unwrap().qubits().is_some());
        circuit.two(Gate::Cx, 1, 0).unwrap();
        assert!(Readout::of(&circuit).unwrap().qubits().is_none());
    }
}

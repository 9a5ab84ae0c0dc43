//! Shots of a state: draws from its probabilities.
//!
//! Shot `k` takes the number `u` of the stream `(key, k)` and the first basis state at which the
//! probabilities, added from the first on, reach `u`. The sums are of pieces of fixed size, so a shot
//! depends neither on the threads nor on which other shots are drawn.

use std::ops::Range;

use energyopti_streams::{StreamKey, open_unit};
use rayon::prelude::*;

use super::readout::Readout;
use crate::error::Error;
use crate::real::Real;
use crate::state::State;

/// Amplitudes of a piece.
const PIECE: usize = 1 << 12;

impl Readout {
    /// Outcomes of shots of a state, in order.
    ///
    /// # Errors
    /// [`Error::Gate`] where a measured qubit is used again (ask [`super::shots`] then), or is not in
    /// the state; for more than 2^27 shots at once.
    pub fn sample<R: Real>(&self, state: &State<R>, shots: Range<u64>, key: StreamKey) -> Result<Vec<u64>, Error> {
        Self::check(&shots)?;
        let wrong = |reason: String| Error::Gate { gate: "measure".to_owned(), reason };
        let qubits = self.qubits().ok_or_else(|| wrong("a measured qubit is used again".to_owned()))?;
        if let Some(absent) = qubits.iter().find(|qubit| **qubit >= state.qubits()) {
            return Err(wrong(format!("qubit {absent} of a state of {} qubits", state.qubits())));
        }
        let word = |at: u64| qubits.iter().enumerate().map(|(place, qubit)| (at >> qubit & 1) << place).sum();
        Ok(basis_states(state, shots, key).into_par_iter().map(word).collect())
    }
}

/// Adds probabilities up.
fn running_sums<R: Real>(state: &State<R>, first: usize, sums: &mut Vec<f64>) {
    let (re, im) = state.parts();
    let end = re.len().min(first + PIECE);
    let mut sum = 0.0;
    sums.clear();
    sums.extend(re[first..end].iter().zip(&im[first..end]).map(|(re, im)| {
        sum += re.wide() * re.wide() + im.wide() * im.wide();
        sum
    }));
}

/// The basis state of each shot.
fn basis_states<R: Real>(state: &State<R>, shots: Range<u64>, key: StreamKey) -> Vec<u64> {
    let pieces = state.parts().0.len().div_ceil(PIECE);
    let total_of = |sums: &mut Vec<f64>, piece: usize| {
        running_sums(state, piece * PIECE, sums);
        sums.last().copied().unwrap_or(0.0)
    };
    let totals: Vec<f64> = (0..pieces).into_par_iter().map_init(Vec::new, total_of).collect();
    let mut ends = totals;
    (1..pieces).for_each(|at| ends[at] += ends[at - 1]);
    let whole = ends.last().copied().unwrap_or(0.0);
    let aim = |shot: u64| {
        let target = open_unit(key.draw(shot, 0)[0]) * whole;
        let piece = ends.partition_point(|end| *end < target).min(pieces - 1);
        (piece, target - if piece == 0 { 0.0 } else { ends[piece - 1] })
    };
    let aims: Vec<(usize, f64)> = shots.into_par_iter().map(aim).collect();
    let found = by_piece(&aims, pieces).into_par_iter().flat_map_iter(|(piece, of_piece)| {
        let mut sums = Vec::with_capacity(PIECE);
        running_sums(state, piece * PIECE, &mut sums);
        let last = sums.last().copied().unwrap_or(0.0);
        let aims = &aims;
        of_piece.into_iter().map(move |shot| {
            // Rounding may have put the target a hair behind the last sum.
            let target = aims[shot].1.min(last);
            (shot, (piece * PIECE + sums.partition_point(|sum| *sum < target)) as u64)
        })
    });
    let found: Vec<(usize, u64)> = found.collect();
    let mut states = vec![0; aims.len()];
    found.into_iter().for_each(|(shot, at)| states[shot] = at);
    states
}

/// The shots that fall into each piece.
fn by_piece(aims: &[(usize, f64)], pieces: usize) -> Vec<(usize, Vec<usize>)> {
    let mut groups = vec![Vec::new(); pieces];
    aims.iter().enumerate().for_each(|(shot, (piece, _))| groups[*piece].push(shot));
    groups.into_iter().enumerate().filter(|(_, group)| !group.is_empty()).collect()
}

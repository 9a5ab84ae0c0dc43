//! Linear flows of many states: right-hand sides as lanes of one factorisation.

use pulp::NullaryFnOnce;

use super::model::DcModel;
use crate::flow::error::FlowError;
use crate::sparse::pivoted;

/// States side by side: one register of the widest instruction set. Memory is what this waits for, and
/// more states at once leave the nearer caches.
const LANES: usize = 8;

/// Angles and flows of many states, as the kernel makes them: a row of lanes per bus and branch, group
/// after group. Turning them into a row per state would take longer than solving.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DcBatch {
    states: usize,
    branches: usize,
    /// Row of a bus within its group, and angle of its island.
    position: Vec<usize>,
    island_rad: Vec<f64>,
    /// Angles beyond the island's, by position.
    beyond_rad: Vec<[f64; LANES]>,
    flow_mw: Vec<[f64; LANES]>,
}

impl DcBatch {
    /// Number of states.
    #[must_use]
    pub fn len(&self) -> usize {
        self.states
    }

    /// Whether there is no state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states == 0
    }

    /// Angle of every bus in a state, rad; not a number where nothing is energised.
    #[must_use]
    pub fn va_rad(&self, state: usize) -> impl ExactSizeIterator<Item = f64> + '_ {
        let first = state / LANES * self.position.len();
        let angle = move |at: &usize| self.beyond_rad[first + at][state % LANES];
        self.position.iter().zip(&self.island_rad).map(move |(at, island)| angle(at) + island)
    }

    /// Flow on every branch in a state, from its first to its second bus, MW.
    #[must_use]
    pub fn flow_mw(&self, state: usize) -> impl ExactSizeIterator<Item = f64> + '_ {
        let first = state / LANES * self.branches;
        self.flow_mw[first..first + self.branches].iter().map(move |row| row[state % LANES])
    }
}

impl DcModel {
    /// Many states, each given by a row of net injections per bus, MW, one row after the other. A
    /// state's result has the same bits whatever stands beside it.
    ///
    /// # Errors
    ///
    /// Rows that do not fill up, or a number that is not finite.
    pub fn solve_batch(&self, p_mw: &[f64]) -> Result<DcBatch, FlowError> {
        let mut batch = DcBatch::default();
        self.solve_batch_into(p_mw, &mut batch)?;
        Ok(batch)
    }

    /// [`Self::solve_batch`] into memory that is there already: fresh memory would cost about as much
    /// as the solution.
    ///
    /// # Errors
    ///
    /// As [`Self::solve_batch`]; the batch then holds nothing of use.
    pub fn solve_batch_into(&self, p_mw: &[f64], batch: &mut DcBatch) -> Result<(), FlowError> {
        let (buses, branches) = (self.network.buses.len(), self.network.branches.len());
        if buses == 0 || !p_mw.len().is_multiple_of(buses) {
            return Err(FlowError::Length { what: "injections", given: p_mw.len(), expected: buses });
        }
        let groups = (p_mw.len() / buses).div_ceil(LANES);
        (batch.states, batch.branches) = (p_mw.len() / buses, branches);
        batch.position.clone_from(&self.factor.pattern().position);
        batch.island_rad.clear();
        batch.island_rad.extend(self.island_rad.iter().map(|island| island.unwrap_or(f64::NAN)));
        batch.beyond_rad.resize(groups * buses, [0.0; LANES]);
        batch.flow_mw.resize(groups * branches, [0.0; LANES]);
        // Branches without current are not visited below.
        if self.lines.len() < branches {
            batch.flow_mw.fill([0.0; LANES]);
        }
        for (group, p_mw) in p_mw.chunks(LANES * buses).enumerate() {
            let rows = &mut batch.beyond_rad[group * buses..(group + 1) * buses];
            let flow_mw = &mut batch.flow_mw[group * branches..(group + 1) * branches];
            let sum = pulp::Arch::new().dispatch(Group { model: self, p_mw, rows, flow_mw });
            if !sum.is_finite() {
                return Err(FlowError::NotFinite { item: "scenario".into(), quantity: "injection" });
            }
        }
        Ok(())
    }

    /// Solves for angles relative to the reference, by position, from injections by position, MW.
    #[inline(always)]
    pub(super) fn angles<const L: usize>(&self, rows: &mut [[f64; L]]) {
        if self.factor.is_trusted() {
            self.factor.solve(rows);
        } else {
            self.angles_pivoted(rows);
        }
    }

    #[cold]
    fn angles_pivoted<const L: usize>(&self, rows: &mut [[f64; L]]) {
        for lane in 0..L {
            let rhs: Vec<_> = rows.iter().map(|row| row[lane]).collect();
            // The model was refused if its matrix is singular with row exchanges.
            let solved = self.solve_pivoted(&rhs).unwrap_or_else(|_| vec![f64::NAN; rhs.len()]);
            rows.iter_mut().zip(solved).for_each(|(row, value)| row[lane] = value);
        }
    }

    /// The same by the pivoted factorisation.
    pub(super) fn solve_pivoted(&self, rhs: &[f64]) -> Result<Vec<f64>, FlowError> {
        let free = |at: usize| self.diagonal[at].is_finite();
        let mut columns: Vec<pivoted::Column> = self
            .diagonal
            .iter()
            .enumerate()
            .map(|(at, &value)| vec![(at, if free(at) { value } else { 1.0 })])
            .collect();
        let rhs: Vec<_> = rhs.iter().enumerate().map(|(at, &value)| if free(at) { value } else { 0.0 }).collect();
        let pattern = self.factor.pattern();
        for low in 0..columns.len() {
            for entry in pattern.column(low).filter(|&entry| self.entries[entry] != 0.0) {
                let high = pattern.rows[entry] as usize;
                columns[low].push((high, self.entries[entry]));
                columns[high].push((low, self.entries[entry]));
            }
        }
        pivoted::solve(&columns, &rhs).ok_or(FlowError::Singular)
    }
}

/// Up to [`LANES`] states: their slices of input and output.
struct Group<'a> {
    model: &'a DcModel,
    p_mw: &'a [f64],
    rows: &'a mut [[f64; LANES]],
    flow_mw: &'a mut [[f64; LANES]],
}

impl NullaryFnOnce for Group<'_> {
    /// 0, or no number if an injection is infinite or no number.
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let Self { model, p_mw, rows, flow_mw } = self;
        let buses = rows.len();
        let states = p_mw.len() / buses;
        // A lane without a state repeats the first.
        let states: [&[f64]; LANES] =
            std::array::from_fn(|lane| &p_mw[if lane < states { lane } else { 0 } * buses..][..buses]);
        let mut poison = [0.0; LANES];
        let position = &model.factor.pattern().position;
        for (bus, &at) in position.iter().enumerate() {
            let constant = model.constant_mw[at];
            let row: [f64; LANES] = std::array::from_fn(|lane| states[lane][bus] + constant);
            for lane in 0..LANES {
                poison[lane] += 0.0 * row[lane];
            }
            rows[at] = row;
        }
        model.angles(rows);
        // Of several slacks in one island all but the first.
        for (row, offset) in rows.iter_mut().zip(&model.offset_rad).filter(|(_, offset)| **offset != 0.0) {
            row.iter_mut().for_each(|angle| *angle += offset);
        }
        for line in &model.lines {
            let (from, to) = (&rows[line.from], &rows[line.to]);
            let flow = &mut flow_mw[line.branch];
            for lane in 0..LANES {
                flow[lane] = line.mw_per_rad * ((from[lane] - to[lane]) - line.shift_rad);
            }
        }
        poison.iter().sum()
    }
}

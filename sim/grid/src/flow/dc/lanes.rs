//! Linear flows of many states: right-hand sides as lanes of one factorisation.

use pulp::NullaryFnOnce;

use super::model::DcModel;
use crate::flow::error::FlowError;
use crate::sparse::pivoted;

/// States side by side: two registers of the widest instruction set, so that a factor's entry is
/// read once for sixteen states.
const LANES: usize = 16;

/// Angles and flows of many states.
#[derive(Clone, Debug, PartialEq)]
pub struct DcBatch {
    buses: usize,
    branches: usize,
    va_rad: Vec<f64>,
    flow_mw: Vec<f64>,
}

impl DcBatch {
    /// Number of states.
    #[must_use]
    pub fn len(&self) -> usize {
        self.va_rad.len() / self.buses.max(1)
    }

    /// Whether there is no state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.va_rad.is_empty()
    }

    /// Angle per bus in a state, rad; not a number where nothing is energised.
    #[must_use]
    pub fn va_rad(&self, state: usize) -> &[f64] {
        &self.va_rad[state * self.buses..(state + 1) * self.buses]
    }

    /// Flow per branch in a state from its first to its second bus, MW.
    #[must_use]
    pub fn flow_mw(&self, state: usize) -> &[f64] {
        &self.flow_mw[state * self.branches..(state + 1) * self.branches]
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
        let (buses, branches) = (self.network.buses.len(), self.network.branches.len());
        if buses == 0 || !p_mw.len().is_multiple_of(buses) {
            return Err(FlowError::Length { what: "injections", given: p_mw.len(), expected: buses });
        }
        if p_mw.iter().any(|p| !p.is_finite()) {
            return Err(FlowError::NotFinite { item: "scenario".into(), quantity: "injection" });
        }
        let states = p_mw.len() / buses;
        let mut batch =
            DcBatch { buses, branches, va_rad: vec![0.0; p_mw.len()], flow_mw: vec![0.0; states * branches] };
        let mut rows = vec![[0.0; LANES]; buses];
        let groups = p_mw
            .chunks(LANES * buses)
            .zip(batch.va_rad.chunks_mut(LANES * buses))
            .zip(batch.flow_mw.chunks_mut((LANES * branches).max(1)));
        for ((p_mw, va_rad), flow_mw) in groups {
            pulp::Arch::new().dispatch(Group { model: self, p_mw, rows: &mut rows, va_rad, flow_mw });
        }
        Ok(batch)
    }

    /// Solves for angles relative to the reference, by position, from injections by position, MW.
    #[inline(always)]
    pub(super) fn angles<const L: usize>(&self, rows: &mut [[f64; L]]) {
        for (row, &free) in rows.iter_mut().zip(&self.free) {
            for lane in 0..L {
                row[lane] *= free;
            }
        }
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
        let mut columns: Vec<pivoted::Column> =
            self.diagonal.iter().enumerate().map(|(at, &value)| vec![(at, value)]).collect();
        let pattern = self.factor.pattern();
        for low in 0..columns.len() {
            for entry in pattern.column(low).filter(|&entry| self.entries[entry] != 0.0) {
                let high = pattern.rows[entry] as usize;
                columns[low].push((high, self.entries[entry]));
                columns[high].push((low, self.entries[entry]));
            }
        }
        pivoted::solve(&columns, rhs).ok_or(FlowError::Singular)
    }
}

/// Up to [`LANES`] states: their slices of input and output.
struct Group<'a> {
    model: &'a DcModel,
    p_mw: &'a [f64],
    rows: &'a mut [[f64; LANES]],
    va_rad: &'a mut [f64],
    flow_mw: &'a mut [f64],
}

impl NullaryFnOnce for Group<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { model, p_mw, rows, va_rad, flow_mw } = self;
        let buses = rows.len();
        let states = p_mw.len() / buses;
        let position = &model.factor.pattern().position;
        for (bus, &at) in position.iter().enumerate() {
            rows[at] = [model.constant_mw[at]; LANES];
            for state in 0..states {
                rows[at][state] += p_mw[state * buses + bus];
            }
        }
        model.angles(rows);
        for (row, offset) in rows.iter_mut().zip(&model.offset_rad) {
            row.iter_mut().for_each(|angle| *angle += offset);
        }
        for (bus, &at) in position.iter().enumerate() {
            let island = model.island_rad[bus].unwrap_or(f64::NAN);
            for state in 0..states {
                va_rad[state * buses + bus] = rows[at][state] + island;
            }
        }
        let branches = model.network.branches.len();
        for line in &model.lines {
            let (from, to) = (&rows[line.from], &rows[line.to]);
            let mut flow = [0.0; LANES];
            for lane in 0..LANES {
                flow[lane] = line.mw_per_rad * ((from[lane] - to[lane]) - line.shift_rad);
            }
            for state in 0..states {
                flow_mw[state * branches + line.branch] = flow[state];
            }
        }
    }
}

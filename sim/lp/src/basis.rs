//! Which columns are basic and at which bound the others rest: all that a next solve needs from an earlier one.

use crate::{Error, Matrix};

/// Where a column rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// At its lower bound.
    Lower,
    /// At its upper bound.
    Upper,
    /// Basic: the rows decide its value.
    Basic,
}

/// A basis of a matrix; independent of costs, bounds and right-hand sides, and of the solver that found it.
///
/// Every row also owns an artificial column, the unit vector in a box of width zero. It stands in where the columns of
/// the matrix have too little rank, so that any list of places is a usable start: what is missing or singular is
/// repaired by artificials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Basis {
    pub(crate) columns: Vec<Place>,
    /// Per row, whether its artificial column is basic.
    pub(crate) artificial: Vec<bool>,
}

impl Basis {
    /// The basis every cold solve starts from, a function of the matrix alone: per row its first column that touches no
    /// other row, else the artificial one. Its inverse is diagonal, and the long step of the ratio test then sorts a
    /// whole merit order in one pivot.
    #[must_use]
    pub fn canonical(matrix: &Matrix) -> Self {
        let mut columns = vec![Place::Lower; matrix.columns()];
        let mut artificial = vec![true; matrix.rows()];
        for j in 0..matrix.columns() {
            let mut entries = matrix.column(j);
            if let (Some((row, _)), None) = (entries.next(), entries.next())
                && artificial[row]
            {
                artificial[row] = false;
                columns[j] = Place::Basic;
            }
        }
        Self { columns, artificial }
    }

    /// A basis with the given places, for a caller that knows a good start. Too few, too many or dependent basic columns
    /// are repaired by the solver.
    #[must_use]
    pub fn from_places(rows: usize, columns: Vec<Place>) -> Self {
        Self { columns, artificial: vec![false; rows] }
    }

    /// Place of every column.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.columns
    }

    /// Rows whose artificial column is basic: they follow from the others, at least at this corner.
    pub fn redundant_rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.artificial.len()).filter(|&row| self.artificial[row])
    }

    /// Copies `start` here and lets it grow by the rows added since: their own columns are basic.
    pub(crate) fn take(&mut self, start: &Self, matrix: &Matrix) -> Result<(), Error> {
        start.fits(matrix)?;
        self.columns.clone_from(&start.columns);
        self.artificial.clone_from(&start.artificial);
        self.grow(matrix);
        Ok(())
    }

    /// The columns of added rows become basic. The basis must fit.
    pub(crate) fn grow(&mut self, matrix: &Matrix) {
        self.columns.resize(matrix.columns(), Place::Basic);
        self.artificial.resize(matrix.rows(), false);
    }

    fn fits(&self, matrix: &Matrix) -> Result<(), Error> {
        let (rows, columns) = (self.artificial.len(), self.columns.len());
        let added = matrix.rows().checked_sub(rows);
        if added.is_some() && added == matrix.columns().checked_sub(columns) {
            return Ok(());
        }
        Err(Error::ForeignBasis {
            basis_rows: rows,
            basis_columns: columns,
            rows: matrix.rows(),
            columns: matrix.columns(),
        })
    }

    /// Whether the same columns are basic, wherever the others rest.
    pub(crate) fn same_basics(&self, other: &Self) -> bool {
        self.artificial == other.artificial
            && self.columns.len() == other.columns.len()
            && self.columns.iter().zip(&other.columns).all(|(a, b)| (*a == Place::Basic) == (*b == Place::Basic))
    }
}

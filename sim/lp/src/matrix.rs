//! The coefficients `A`, held by column and by row. Costs, bounds and right-hand sides are not here: see [`crate::Data`].

use crate::Error;

/// Sparse lines (all columns, or all rows) behind one another.
#[derive(Debug, Clone, Default, PartialEq)]
struct Lines {
    starts: Vec<usize>,
    places: Vec<usize>,
    values: Vec<f64>,
}

impl Lines {
    fn new() -> Self {
        Self { starts: vec![0], places: Vec::new(), values: Vec::new() }
    }

    fn push(&mut self, line: impl Iterator<Item = (usize, f64)>) {
        for (place, value) in line {
            self.places.push(place);
            self.values.push(value);
        }
        self.starts.push(self.places.len());
    }

    #[inline]
    fn line(&self, k: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[k]..self.starts[k + 1];
        self.places[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// Largest coefficient of a line, at least 1.
    fn size(&self, k: usize) -> f64 {
        self.line(k).fold(1.0, |size, (_, value)| f64::max(size, value.abs()))
    }

    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The same coefficients seen from the other side; entries of a line come out ascending.
    fn turned(&self, count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        for &place in &self.places {
            starts[place + 1] += 1;
        }
        for k in 0..count {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut turned = Self { starts, places: vec![0; self.places.len()], values: vec![0.0; self.places.len()] };
        for k in 0..self.count() {
            for (place, value) in self.line(k) {
                turned.places[next[place]] = k;
                turned.values[next[place]] = value;
                next[place] += 1;
            }
        }
        turned
    }
}

/// The matrix `A` of `A x = b`: fixed between solves, or growing by whole rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    by_column: Lines,
    by_row: Lines,
    sizes: Vec<f64>,
}

impl Matrix {
    /// A matrix of `rows` rows from its columns, each a list of (row, coefficient) in any order. Zeros are dropped.
    ///
    /// # Errors
    /// [`Error::NoSuchRow`], [`Error::Twice`], [`Error::NotFinite`].
    pub fn new<C: AsRef<[(usize, f64)]>>(rows: usize, columns: impl IntoIterator<Item = C>) -> Result<Self, Error> {
        let mut by_column = Lines::new();
        for (column, entries) in columns.into_iter().enumerate() {
            let sorted = sorted("coefficient of column", column, entries.as_ref())?;
            if let Some(&(row, _)) = sorted.last().filter(|(row, _)| *row >= rows) {
                return Err(Error::NoSuchRow { column, row, rows });
            }
            if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(Error::Twice { row: pair[0].0, column });
            }
            by_column.push(sorted.into_iter().filter(|(_, value)| *value != 0.0));
        }
        let by_row = by_column.turned(rows);
        let sizes = (0..by_column.count()).map(|column| by_column.size(column)).collect();
        Ok(Self { by_column, by_row, sizes })
    }

    /// Appends the row `row'x - f = rhs` and its own column `f`, and returns their numbers (row, column). The box of `f`
    /// and the right-hand side go to [`crate::Data::add_row`].
    ///
    /// A basis of the smaller matrix stays usable: in the grown one `f` is basic.
    ///
    /// # Errors
    /// [`Error::NoSuchColumn`], [`Error::Twice`], [`Error::NotFinite`]; the matrix is then unchanged.
    pub fn add_row(&mut self, entries: &[(usize, f64)]) -> Result<(usize, usize), Error> {
        let (row, columns) = (self.rows(), self.columns());
        let mut sorted = sorted("coefficient of row", row, entries)?;
        if let Some(&(column, _)) = sorted.last().filter(|(column, _)| *column >= columns) {
            return Err(Error::NoSuchColumn { row, column, columns });
        }
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::Twice { row, column: pair[0].0 });
        }
        sorted.push((columns, -1.0));
        self.by_row.push(sorted.into_iter().filter(|(_, value)| *value != 0.0));
        self.by_column = self.by_row.turned(columns + 1);
        self.sizes.clear();
        self.sizes.extend((0..=columns).map(|column| self.by_column.size(column)));
        Ok((row, columns))
    }

    /// Number of rows, m.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.by_row.count()
    }

    /// Number of columns, n.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.by_column.count()
    }

    /// Coefficients of a column as (row, coefficient), rows ascending.
    ///
    /// # Panics
    /// Past the last column.
    #[inline]
    pub fn column(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.by_column.line(column)
    }

    /// Coefficients of a row as (column, coefficient), columns ascending.
    ///
    /// # Panics
    /// Past the last row.
    #[inline]
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.by_row.line(row)
    }

    /// Largest coefficient of each column, at least 1.
    pub(crate) fn sizes(&self) -> &Vec<f64> {
        &self.sizes
    }

    /// Writes `weights' A` over `out` (one number per column).
    pub(crate) fn combine_rows(&self, weights: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for row in 0..self.rows() {
            let weight = weights[row];
            if weight != 0.0 {
                for (column, value) in self.row(row) {
                    out[column] += weight * value;
                }
            }
        }
    }

    /// `weights' a_j` of one column.
    #[inline]
    pub(crate) fn against_column(&self, weights: &[f64], column: usize) -> f64 {
        self.column(column).map(|(row, value)| weights[row] * value).sum()
    }
}

/// The entries by place, all finite.
fn sorted(what: &'static str, index: usize, entries: &[(usize, f64)]) -> Result<Vec<(usize, f64)>, Error> {
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|&(place, _)| place);
    match sorted.iter().find(|(_, value)| !value.is_finite()) {
        Some(&(_, value)) => Err(Error::NotFinite { what, index, value }),
        None => Ok(sorted),
    }
}

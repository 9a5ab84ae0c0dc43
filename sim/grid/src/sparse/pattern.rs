//! Symbolic factorisation of a symmetric pattern: where the factors have entries and where each
//! elimination step subtracts.
//!
//! Column `k` of the lower factor and row `k` of the upper one share one list of rows. The entry
//! (low, high) of that list stands for both matrix places (low, high) and (high, low), `low < high`
//! being positions in elimination order.

use std::ops::Range;

use super::order::minimum_degree;

/// The fixed pattern of a factorisation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pattern {
    /// Where in the elimination order a node stands.
    pub position: Vec<usize>,
    /// Entries of column `k` are `starts[k]..starts[k + 1]`.
    starts: Vec<u32>,
    /// Position of an entry's row, rising within a column.
    pub rows: Vec<u32>,
    /// Updates of step `k` start at `update_starts[k]`.
    update_starts: Vec<u32>,
    /// For each pair a < b of entries of a column, in the order of a and then b: the entry
    /// (row of a, row of b) that the step changes.
    pub updates: Vec<u32>,
}

impl Pattern {
    /// Orders and analyses `n` nodes joined by `edges`; loops and repetitions are ignored.
    pub(crate) fn new(n: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut neighbours = vec![Vec::new(); n];
        for (a, b) in edges.into_iter().filter(|(a, b)| a != b) {
            neighbours[a].push(index(b));
            neighbours[b].push(index(a));
        }
        for list in &mut neighbours {
            list.sort_unstable();
            list.dedup();
        }
        let steps = minimum_degree(neighbours);
        let mut position = vec![0; n];
        steps.iter().enumerate().for_each(|(k, step)| position[step.node as usize] = k);
        let mut columns = vec![Vec::new(); n];
        for step in steps {
            let mut rows: Vec<u32> = step.neighbours.iter().map(|&node| index(position[node as usize])).collect();
            rows.sort_unstable();
            columns[position[step.node as usize]] = rows;
        }
        Self::with_columns(position, &columns)
    }

    fn with_columns(position: Vec<usize>, columns: &[Vec<u32>]) -> Self {
        let mut pattern = Self { position, starts: vec![0], update_starts: vec![0], ..Self::default() };
        for rows in columns {
            pattern.rows.extend_from_slice(rows);
            pattern.starts.push(index(pattern.rows.len()));
        }
        for rows in columns {
            for (place, &low) in rows.iter().enumerate() {
                let column = pattern.column(low as usize);
                // Elimination made rows a clique: all later ones are found in order.
                let mut entry = column.start;
                for &high in &rows[place + 1..] {
                    while pattern.rows[entry] != high {
                        entry += 1;
                    }
                    pattern.updates.push(index(entry));
                }
            }
            pattern.update_starts.push(index(pattern.updates.len()));
        }
        pattern
    }

    /// Number of nodes.
    pub(crate) fn size(&self) -> usize {
        self.position.len()
    }

    /// Entries of a column.
    #[inline(always)]
    pub(crate) fn column(&self, k: usize) -> Range<usize> {
        self.starts[k] as usize..self.starts[k + 1] as usize
    }

    /// Updates of an elimination step.
    #[inline(always)]
    pub(crate) fn updates_of(&self, k: usize) -> Range<usize> {
        self.update_starts[k] as usize..self.update_starts[k + 1] as usize
    }

    /// The entry that stands for two different positions, if the pattern has one.
    pub(crate) fn entry(&self, a: usize, b: usize) -> Option<usize> {
        let column = self.column(a.min(b));
        self.rows[column.clone()].binary_search(&index(a.max(b))).ok().map(|place| column.start + place)
    }
}

fn index(i: usize) -> u32 {
    u32::try_from(i).expect("a factor with 2^32 entries does not fit in memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_a_permutation_and_rows_come_after_their_column() {
        let edges = (0..40).map(|i| (i, (i * 7 + 3) % 40)).chain((0..39).map(|i| (i, i + 1)));
        let pattern = Pattern::new(40, edges);
        let mut seen = pattern.position.clone();
        seen.sort_unstable();
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
        for k in 0..40 {
            let rows = &pattern.rows[pattern.column(k)];
            assert!(rows.is_sorted() && rows.iter().all(|&row| row as usize > k));
            assert_eq!(pattern.updates_of(k).len(), rows.len() * rows.len().saturating_sub(1) / 2);
        }
    }

    #[test]
    fn a_tree_has_no_fill() {
        let pattern = Pattern::new(7, [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)]);
        assert_eq!((pattern.rows.len(), pattern.updates.len()), (6, 0));
    }
}

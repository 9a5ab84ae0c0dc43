//! Greatest flows between zones in whole watts (Dinic's algorithm), with least flows on arcs.
//!
//! Integers, so that a flow balances exactly and a cut is a cut. Augmenting paths are the shortest
//! first, in the order in which arcs were added: the same arcs give the same flow everywhere.

/// A graph of nodes and arcs with room left on them.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// Arcs in pairs: an arc and its reverse.
    to: Vec<usize>,
    room: Vec<i64>,
    leaving: Vec<Vec<usize>>,
}

impl Graph {
    pub(super) fn new(nodes: usize) -> Self {
        Self { leaving: vec![Vec::new(); nodes], ..Self::default() }
    }

    /// An arc of `forward` watts one way and `backward` the other; its number.
    pub(super) fn arc(&mut self, from: usize, to: usize, forward: i64, backward: i64) -> usize {
        let arc = self.to.len();
        self.to.extend([to, from]);
        self.room.extend([forward, backward]);
        self.leaving[from].push(arc);
        self.leaving[to].push(arc + 1);
        arc
    }

    /// Room left against an arc: what flows on it, where it began with none.
    pub(super) fn against(&self, arc: usize) -> i64 {
        self.room[arc + 1]
    }

    /// Closes an arc both ways.
    pub(super) fn close(&mut self, arc: usize) {
        self.room[arc] = 0;
        self.room[arc + 1] = 0;
    }

    /// Distance of each node from `source` over arcs with room; `usize::MAX` where there is no way.
    fn levels(&self, source: usize) -> Vec<usize> {
        let mut level = vec![usize::MAX; self.leaving.len()];
        let mut queue = std::collections::VecDeque::from([source]);
        level[source] = 0;
        while let Some(node) = queue.pop_front() {
            for &arc in &self.leaving[node] {
                let next = self.to[arc];
                if self.room[arc] > 0 && level[next] == usize::MAX {
                    level[next] = level[node] + 1;
                    queue.push_back(next);
                }
            }
        }
        level
    }

    /// Which nodes `source` still reaches.
    pub(super) fn reached(&self, source: usize) -> Vec<bool> {
        self.levels(source).into_iter().map(|l| l < usize::MAX).collect()
    }

    /// Adds the greatest flow from `source` to `sink` to what flows already; its size.
    pub(super) fn fill(&mut self, source: usize, sink: usize) -> i64 {
        let mut total = 0;
        loop {
            let level = self.levels(source);
            if level[sink] == usize::MAX {
                return total;
            }
            let mut tried = vec![0; self.leaving.len()];
            while let Some(path) = self.path(source, sink, &level, &mut tried) {
                let amount = path.iter().map(|&arc| self.room[arc]).min().unwrap_or(0);
                for arc in path {
                    self.room[arc] -= amount;
                    self.room[arc ^ 1] += amount;
                }
                total += amount;
            }
        }
    }

    /// A path that descends the levels, without recursion; `tried` remembers dead ends.
    fn path(&self, source: usize, sink: usize, level: &[usize], tried: &mut [usize]) -> Option<Vec<usize>> {
        let mut path: Vec<usize> = Vec::new();
        let mut node = source;
        while node != sink {
            let Some(&arc) = self.leaving[node].get(tried[node]) else {
                // A dead end: back one arc, and past it.
                let back = path.pop()?;
                node = self.to[back ^ 1];
                tried[node] += 1;
                continue;
            };
            let next = self.to[arc];
            if self.room[arc] > 0 && level[next] == level[node] + 1 {
                path.push(arc);
                node = next;
            } else {
                tried[node] += 1;
            }
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_flow_is_the_smallest_cut() {
        // 0 -> 1 (3), 0 -> 2 (2), 1 -> 2 (5), 1 -> 3 (2), 2 -> 3 (3): the cut before 3 is 5, and 5 leave 0.
        let mut graph = Graph::new(4);
        for (from, to, room) in [(0, 1, 3), (0, 2, 2), (1, 2, 5), (1, 3, 2), (2, 3, 3)] {
            graph.arc(from, to, room, 0);
        }
        assert_eq!(graph.fill(0, 3), 5);
        assert!(!graph.reached(0)[3]);
    }

    #[test]
    fn a_dead_end_is_left_again() {
        let mut graph = Graph::new(4);
        graph.arc(0, 1, 9, 0);
        graph.arc(0, 2, 4, 0);
        graph.arc(2, 3, 1, 0);
        assert_eq!(graph.fill(0, 3), 1);
        assert_eq!(graph.reached(0), [true, true, true, false]);
    }
}

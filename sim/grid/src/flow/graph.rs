//! What hangs together: islands, and branches whose loss splits one.

use crate::network::{BusKind, Network};

/// Buses joined by the branches that can carry current.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// Per bus: the bus at the other end, and the branch.
    links: Vec<Vec<(usize, usize)>>,
    branches: usize,
}

/// Whether a branch carries current: in service, and neither end isolated.
pub(crate) fn is_live(network: &Network, branch: usize) -> bool {
    let branch = &network.branches[branch];
    let isolated = |bus: usize| network.buses[bus].kind == BusKind::Isolated;
    branch.in_service && !isolated(branch.from) && !isolated(branch.to)
}

impl Graph {
    pub(crate) fn new(network: &Network) -> Self {
        let mut links = vec![Vec::new(); network.buses.len()];
        for (index, branch) in network.branches.iter().enumerate() {
            if is_live(network, index) && branch.from != branch.to {
                links[branch.from].push((branch.to, index));
                links[branch.to].push((branch.from, index));
            }
        }
        Self { links, branches: network.branches.len() }
    }

    /// Number of each bus's island, with some branches out; islands are numbered by their first bus.
    pub(crate) fn islands(&self, out: &[usize]) -> Vec<usize> {
        let mut island = vec![usize::MAX; self.links.len()];
        let mut stack = Vec::new();
        let mut number = 0;
        for first in 0..self.links.len() {
            if island[first] != usize::MAX {
                continue;
            }
            island[first] = number;
            stack.push(first);
            while let Some(bus) = stack.pop() {
                for &(other, branch) in &self.links[bus] {
                    if island[other] == usize::MAX && !out.contains(&branch) {
                        island[other] = number;
                        stack.push(other);
                    }
                }
            }
            number += 1;
        }
        island
    }

    /// Per branch: whether its loss splits an island. One depth-first walk (R. E. Tarjan, Inf. Proc.
    /// Letters 2, 1974); parallel branches are told apart, so neither is a bridge.
    pub(crate) fn bridges(&self) -> Vec<bool> {
        let n = self.links.len();
        let mut bridge = vec![false; self.branches];
        // Place in the walk, and the earliest place that is reached from below; 0 is not visited.
        let (mut place, mut earliest) = (vec![0; n], vec![0; n]);
        let mut next_link = vec![0; n];
        let mut count = 0;
        for root in 0..n {
            if place[root] != 0 {
                continue;
            }
            count += 1;
            (place[root], earliest[root]) = (count, count);
            let mut path = vec![(root, usize::MAX)];
            while let Some(&(bus, arrived_by)) = path.last() {
                let Some(&(other, branch)) = self.links[bus].get(next_link[bus]) else {
                    path.pop();
                    if let Some(&(above, _)) = path.last() {
                        earliest[above] = earliest[above].min(earliest[bus]);
                        bridge[arrived_by] = earliest[bus] > place[above];
                    }
                    continue;
                };
                next_link[bus] += 1;
                if branch == arrived_by {
                    continue;
                }
                if place[other] == 0 {
                    count += 1;
                    (place[other], earliest[other]) = (count, count);
                    path.push((other, branch));
                } else {
                    earliest[bus] = earliest[bus].min(place[other]);
                }
            }
        }
        bridge
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(buses: usize, ends: &[(usize, usize)]) -> Graph {
        let mut links = vec![Vec::new(); buses];
        for (branch, &(a, b)) in ends.iter().enumerate() {
            links[a].push((b, branch));
            links[b].push((a, branch));
        }
        Graph { links, branches: ends.len() }
    }

    #[test]
    fn a_link_between_two_rings_is_the_only_bridge() {
        let two_rings = graph(7, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]);
        assert_eq!(two_rings.bridges(), [false, false, false, true, false, false, false]);
        assert_eq!(two_rings.islands(&[]), [0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(two_rings.islands(&[3]), [0, 0, 0, 1, 1, 1, 2]);
    }

    #[test]
    fn of_two_parallel_branches_neither_is_a_bridge() {
        assert_eq!(graph(3, &[(0, 1), (1, 0), (1, 2)]).bridges(), [false, false, true]);
    }
}

//! Elimination order: minimum degree on the explicit elimination graph.
//!
//! The next node is one with the fewest neighbours left; ties go to the lower index. Its neighbours
//! become a clique, which is the fill. The graph is kept as sorted lists: networks have a handful of
//! neighbours per bus and little fill, so the quotient graphs of larger codes would not pay.
//! (D. J. Rose, "A graph-theoretic study of the numerical solution of sparse positive definite
//! systems of linear equations", 1972; W. F. Tinney and J. W. Walker, Proc. IEEE 55, 1967.)

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A node and the neighbours it had when it was eliminated.
pub(super) struct Eliminated {
    pub node: u32,
    pub neighbours: Vec<u32>,
}

/// Nodes in elimination order. `neighbours[i]` is sorted, without `i`, and symmetric.
pub(super) fn minimum_degree(mut neighbours: Vec<Vec<u32>>) -> Vec<Eliminated> {
    let degree = |list: &Vec<u32>| u32::try_from(list.len()).expect("node indices are 32 bits wide");
    let mut queue: BinaryHeap<_> =
        neighbours.iter().zip(0_u32..).map(|(list, node)| Reverse((degree(list), node))).collect();
    let mut gone = vec![false; neighbours.len()];
    let mut order = Vec::with_capacity(neighbours.len());
    let mut merged = Vec::new();
    while let Some(Reverse((queued, node))) = queue.pop() {
        // A node whose degree changed was queued again: the older entry is stale.
        if gone[node as usize] || queued != degree(&neighbours[node as usize]) {
            continue;
        }
        gone[node as usize] = true;
        let clique = std::mem::take(&mut neighbours[node as usize]);
        for &other in &clique {
            let list = &mut neighbours[other as usize];
            let before = list.len();
            merge(list, &clique, [node, other], &mut merged);
            std::mem::swap(list, &mut merged);
            if list.len() != before {
                queue.push(Reverse((degree(list), other)));
            }
        }
        order.push(Eliminated { node, neighbours: clique });
    }
    order
}

/// `merged = (a | b) - without`, sorted.
fn merge(a: &[u32], b: &[u32], without: [u32; 2], merged: &mut Vec<u32>) {
    merged.clear();
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (None, None) => return,
            (Some(&x), None) => x,
            (None, Some(&y)) => y,
            (Some(&x), Some(&y)) => x.min(y),
        };
        a.next_if_eq(&next);
        b.next_if_eq(&next);
        if !without.contains(&next) {
            merged.push(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_loses_its_leaves_before_its_centre() {
        let order = minimum_degree(vec![vec![1, 2, 3], vec![0], vec![0], vec![0]]);
        let nodes: Vec<_> = order.iter().map(|e| e.node).collect();
        // Leaves 1 and 2 first; then centre and leaf 3 both have one neighbour and the lower goes first.
        assert_eq!(nodes, [1, 2, 0, 3]);
        assert_eq!(order[2].neighbours, [3]);
    }

    #[test]
    fn eliminating_a_corner_of_a_ring_joins_its_neighbours() {
        let order = minimum_degree(vec![vec![1, 3], vec![0, 2], vec![1, 3], vec![0, 2]]);
        assert_eq!(order[0].neighbours, [1, 3]);
        assert_eq!((order[1].node, order[1].neighbours.as_slice()), (1, [2, 3].as_slice()));
    }
}

//! The classical answer where enumeration would take too long: branch and bound on the relaxation,
//! the node of the least bound first (A. H. Land and A. G. Doig, 1960).

use std::cmp::Ordering as Order;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::checked::{Checked, Figures};
use super::relaxed::{Effort, Relaxed, Tails};
use crate::error::Error;

/// Nodes solved side by side; fixed, so that the search does not depend on the pool.
const SIDE_BY_SIDE: usize = 8;
/// Gap, relative to the size of the objective, that counts as closed: what the interior point leaves.
const CLOSED: f64 = 1e-7;

/// Programs solved at a node: its halves go on with its tails, so that splitting early loses little.
const ROUNDS: usize = 6;

/// What the search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounded {
    /// The best allocation found.
    pub incumbent: Figures,
    /// No allocation has an objective below this.
    pub bound: f64,
    /// Objective of the incumbent less the bound; within 2e-7 of the objective's size it is proven optimal.
    pub gap: f64,
    /// Whether it is.
    pub proven: bool,
    /// Relaxations solved.
    pub nodes: usize,
}

/// A part of the allocations that may hold a better one.
struct Node {
    ranges: Vec<[u32; 2]>,
    relaxed: Relaxed,
    tails: Tails,
    number: usize,
}

impl Checked {
    /// Searches until the gap is closed or `most_nodes` relaxations are solved. `heard` is told
    /// nodes, bound and incumbent now and then.
    ///
    /// # Errors
    /// [`Error::NoAllocation`] where none is feasible, or none was found within the nodes;
    /// [`Error::Solver`]; [`Error::Cancelled`].
    pub fn branch_and_bound(
        &self,
        most_nodes: usize,
        cancelled: &AtomicBool,
        heard: &(dyn Fn(usize, f64, Option<f64>) + Sync),
    ) -> Result<Bounded, Error> {
        let mut search = Search::start(self)?;
        while let Some(bound) = search.bound().filter(|_| search.nodes < most_nodes) {
            if cancelled.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            heard(search.nodes, bound, search.incumbent.as_ref().map(|best| best.objective));
            search.round()?;
        }
        search.finish(most_nodes)
    }
}

/// A node, and an allocation that was found beside it.
type Solved = (Option<Node>, Option<Vec<u32>>);

struct Search<'a> {
    checked: &'a Checked,
    open: BinaryHeap<Node>,
    incumbent: Option<Figures>,
    /// Least bound of a node that was closed without having been searched to its end.
    left: f64,
    nodes: usize,
}

impl<'a> Search<'a> {
    fn start(checked: &'a Checked) -> Result<Self, Error> {
        let mut search = Self { checked, open: BinaryHeap::new(), incumbent: None, left: f64::INFINITY, nodes: 1 };
        let mut tails = Tails::default();
        if let Some(relaxed) = checked.relax_with(&mut tails, Effort::WHOLE)? {
            search.consider(checked.rounded(&relaxed.units));
            search.open(Node { ranges: checked.ranges.clone(), relaxed, tails, number: 0 });
        }
        Ok(search)
    }

    /// What a node has to promise to be worth opening.
    fn worth(&self) -> f64 {
        let best = self.incumbent.as_ref().map_or(f64::INFINITY, |best| best.objective);
        if best.is_finite() { best - CLOSED * self.checked.size(best) } else { best }
    }

    /// Least bound of the open nodes.
    fn bound(&self) -> Option<f64> {
        self.open.peek().map(|node| node.relaxed.bound).filter(|&bound| bound < self.worth())
    }

    fn consider(&mut self, units: Option<Vec<u32>>) {
        let figures = units.map(|units| self.checked.figures(&units)).filter(|figures| figures.feasible);
        let better = |new: &Figures| self.incumbent.as_ref().is_none_or(|old| new.objective < old.objective);
        if let Some(new) = figures.filter(better) {
            self.incumbent = Some(new);
        }
    }

    fn open(&mut self, node: Node) {
        if node.relaxed.bound < self.worth() {
            self.open.push(node);
        } else {
            self.left = self.left.min(node.relaxed.bound);
        }
    }

    /// Splits the most promising nodes and solves their halves.
    fn round(&mut self) -> Result<(), Error> {
        let taken: Vec<Node> = (0..SIDE_BY_SIDE / 2).map_while(|_| self.open.pop()).collect();
        let halves: Vec<_> =
            taken.iter().flat_map(|node| split(node).into_iter().map(move |half| (half, node))).collect();
        let enough = self.worth();
        let solved: Vec<_> = halves
            .into_par_iter()
            .map(|(ranges, above)| self.solve(ranges, above, enough))
            .collect::<Result<_, Error>>()?;
        for (node, rounded) in solved {
            self.nodes += 1;
            self.consider(rounded);
            if let Some(node) = node {
                self.open(Node { number: self.nodes, ..node });
            }
        }
        Ok(())
    }

    /// A half of `above`, unless nothing in it meets the limits, and an allocation near its optimum.
    fn solve(&self, ranges: Vec<[u32; 2]>, above: &Node, enough: f64) -> Result<Solved, Error> {
        let narrowed = self.checked.narrowed(ranges);
        let mut tails = above.tails.clone();
        let Some(own) = narrowed.relax_with(&mut tails, Effort { rounds: ROUNDS, enough })? else {
            return Ok((None, None));
        };
        let rounded = narrowed.rounded(&own.units);
        let relaxed = Relaxed { bound: own.bound.max(above.relaxed.bound), ..own };
        Ok((Some(Node { ranges: narrowed.ranges, relaxed, tails, number: 0 }), rounded))
    }

    fn finish(self, most_nodes: usize) -> Result<Bounded, Error> {
        let open = self.open.peek().map_or(f64::INFINITY, |node| node.relaxed.bound);
        let Some(incumbent) = self.incumbent else {
            let reason = if open.is_finite() {
                format!("{most_nodes} relaxations were solved and no allocation was found")
            } else {
                "no allocation meets budget and number of positions".to_owned()
            };
            return Err(Error::NoAllocation { reason });
        };
        let bound = open.min(self.left).min(incumbent.objective);
        let gap = incumbent.objective - bound;
        let proven = gap <= 2.0 * CLOSED * self.checked.size(incumbent.objective);
        Ok(Bounded { incumbent, bound, gap, proven, nodes: self.nodes })
    }
}

/// Ranges of the two halves of a node, split at the candidate furthest from whole units.
fn split(node: &Node) -> Vec<Vec<[u32; 2]>> {
    let fraction = |at: usize| (node.relaxed.units[at] - libm::round(node.relaxed.units[at])).abs();
    let free = (0..node.ranges.len()).filter(|&at| node.ranges[at][0] < node.ranges[at][1]);
    let Some(at) = free.max_by(|&a, &b| fraction(a).total_cmp(&fraction(b)).then(b.cmp(&a))) else { return Vec::new() };
    let [low, high] = node.ranges[at];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, then clamped")]
    let middle = (libm::floor(node.relaxed.units[at]) as u32).clamp(low, high - 1);
    let half = |range: [u32; 2]| {
        let mut ranges = node.ranges.clone();
        ranges[at] = range;
        ranges
    };
    vec![half([low, middle]), half([middle + 1, high])]
}

/// The least bound is the greatest node; of equals the older.
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Order {
        other.relaxed.bound.total_cmp(&self.relaxed.bound).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Order::Equal
    }
}

impl Eq for Node {}

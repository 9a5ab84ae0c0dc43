//! Which blocks to accept: branch and bound, the most promising node first.
//!
//! Every node fixes some blocks as accepted or rejected. Its bound is the divisible optimum
//! (`relaxation.rs`). A choice counts only if prices exist at which no accepted block loses
//! (`fairness.rs`): where the best choice of a node is unfair, the search branches on, so nothing is
//! cut off but by bounds. Rejecting everything is always fair, so there is always an answer; after
//! the node limit it is the best found, with the gap that is left. Method after Martin, Mueller and
//! Pokutta, *Strict linear prices in non-convex European day-ahead electricity markets*, Optimization
//! Methods and Software 29, 2014.

use super::day::{Day, Outcome};
use super::fairness::Published;
use super::relaxation::{Bound, Relaxation, tolerance};
use crate::fault::MarketError;

/// What is decided about a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Open,
    Rejected,
    Accepted,
}

struct Node {
    choices: Vec<Choice>,
    bound: f64,
}

/// The best fair choice, and how the search ended.
pub(super) struct Found {
    pub(super) outcome: Outcome,
    pub(super) published: Published,
    /// Currency W per MWh.
    pub(super) welfare: f64,
    /// No fair choice has more welfare.
    pub(super) bound: f64,
    pub(super) nodes: usize,
    pub(super) proven: bool,
}

struct Search<'a> {
    day: &'a Day,
    relaxation: Relaxation<'a>,
    open: Vec<Node>,
    best: Found,
}

/// Searches at most `node_limit` nodes.
pub(super) fn search(day: &Day, node_limit: usize) -> Result<Found, MarketError> {
    let outcome = day.clear(&vec![0.0; day.blocks.len()], None)?;
    let welfare = day.welfare(&outcome);
    // Nothing is accepted, so nothing loses and the rule's prices stand.
    let published = day.publish(&outcome).map_err(|block| MarketError::Program(format!("block {block} unaccepted")))?;
    let relaxation = Relaxation::new(day, &outcome)?;
    let best = Found { outcome, published, welfare, bound: welfare, nodes: 0, proven: true };
    if day.blocks.is_empty() {
        return Ok(best);
    }
    let root = Node { choices: vec![Choice::Open; day.blocks.len()], bound: f64::INFINITY };
    let mut search = Search { day, relaxation, open: vec![root], best };
    search.run(node_limit)?;
    Ok(search.best)
}

impl Search<'_> {
    fn run(&mut self, node_limit: usize) -> Result<(), MarketError> {
        while let Some(node) = self.most_promising() {
            if self.best.nodes >= node_limit {
                self.best.bound = node.bound;
                self.best.proven = false;
                return Ok(());
            }
            self.best.nodes += 1;
            self.visit(&node)?;
        }
        self.best.bound = self.best.welfare;
        Ok(())
    }

    /// Takes the open node with the greatest bound that still promises more; of equal ones the latest,
    /// which is the deepest.
    fn most_promising(&mut self) -> Option<Node> {
        let enough = self.enough();
        self.open.retain(|node| node.bound > enough);
        let bounds = self.open.iter().enumerate().map(|(i, node)| (i, node.bound));
        let best = bounds.reduce(|a, b| if b.1 >= a.1 { b } else { a })?;
        Some(self.open.remove(best.0))
    }

    fn enough(&self) -> f64 {
        self.best.welfare + tolerance(self.best.welfare)
    }

    fn visit(&mut self, node: &Node) -> Result<(), MarketError> {
        let boxes: Vec<_> = node.choices.iter().zip(&self.day.blocks).map(|(c, b)| c.ratios(b.least)).collect();
        let enough = self.enough();
        let Bound { welfare, outcome } = self.relaxation.bound(&boxes, &self.best.outcome, enough)?;
        let bound = welfare.min(node.bound);
        if bound <= enough {
            return Ok(());
        }
        let loser = self.round(&outcome)?;
        if let Some(block) = self.branch(node, &outcome, loser) {
            for choice in [Choice::Rejected, Choice::Accepted] {
                let mut choices = node.choices.clone();
                choices[block] = choice;
                self.open.push(Node { choices, bound });
            }
        }
        Ok(())
    }

    /// The block to decide next: one that is accepted in part and must not be, the most uncertain
    /// first; else the one that loses; else any.
    fn branch(&self, node: &Node, outcome: &Outcome, loser: Option<usize>) -> Option<usize> {
        let open = |&b: &usize| node.choices[b] == Choice::Open;
        let undecided = |b: usize| {
            let (ratio, least) = (outcome.ratios[b], self.day.blocks[b].least);
            if ratio >= least { 0.0 } else { ratio.min(least - ratio) }
        };
        let blocks = 0..node.choices.len();
        let most = blocks.clone().filter(open).map(|b| (b, undecided(b))).filter(|b| b.1 > 1e-9);
        let most = most.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|b| b.0);
        most.or(loser.filter(open)).or_else(|| blocks.into_iter().find(open))
    }

    /// Rounds to a choice, then rejects the worst loser until none loses: a fair choice, perhaps the
    /// best so far. Returns the first loser.
    fn round(&mut self, relaxed: &Outcome) -> Result<Option<usize>, MarketError> {
        let near = |(&ratio, block): (&f64, &super::day::Block)| match ratio {
            r if r >= block.least => r,
            r if r > 0.5 * block.least => block.least,
            _ => 0.0,
        };
        let mut ratios: Vec<f64> = relaxed.ratios.iter().zip(&self.day.blocks).map(near).collect();
        let mut outcome = self.day.clear(&ratios, Some(relaxed))?;
        let mut first = None;
        loop {
            match self.day.publish(&outcome) {
                Ok(published) => {
                    self.offer(outcome, published);
                    return Ok(first);
                }
                Err(loser) => {
                    first = first.or(Some(loser));
                    ratios[loser] = 0.0;
                    outcome = self.day.clear(&ratios, Some(&outcome))?;
                }
            }
        }
    }

    /// Keeps a fair choice if it is better than the best. Balance must not have given way.
    fn offer(&mut self, outcome: Outcome, published: Published) {
        let welfare = self.day.welfare(&outcome);
        if welfare > self.enough() && outcome.periods.iter().all(|p| p.balanced) {
            let Found { bound, nodes, proven, .. } = self.best;
            self.best = Found { outcome, published, welfare, bound, nodes, proven };
        }
    }
}

impl Choice {
    /// The ratios it allows.
    fn ratios(self, least: f64) -> (f64, f64) {
        match self {
            Self::Open => (0.0, 1.0),
            Self::Rejected => (0.0, 0.0),
            Self::Accepted => (least, 1.0),
        }
    }
}

//! What an allocation run returns: the classical figures, and beside them what the circuit gave.

use serde::Serialize;

use super::checked::Figures;
use super::landscape::Summary;
use super::settings::Mixing;
use crate::qaoa::Angles;

/// The whole answer. The figures to decide by are `classical`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Allocation {
    /// Names of the candidates, in the order of all units.
    pub candidates: Vec<String>,
    /// What has to be said with every figure: [`crate::HONEST_CLAIM`].
    pub claim: &'static str,
    /// The best allocation and its proof.
    pub classical: Classical,
    /// What the simulated circuit found.
    pub quantum: Quantum,
}

/// The best allocation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classical {
    /// The allocation and its figures.
    pub figures: Figures,
    /// No allocation has an objective below this.
    pub bound: f64,
    /// Objective less bound; 0 where all encodings were enumerated.
    pub gap: f64,
    /// Whether nothing is better: by enumeration, or with a gap within 2e-7 of the objective's size.
    pub proven: bool,
    /// Relaxations solved by branch and bound; 0 where all encodings were enumerated.
    pub nodes: usize,
    /// Optimum with units as real numbers: below every allocation.
    pub relaxed_bound: f64,
}

/// What the circuit found. Its problem is the whole one or, above 24 variables, `reduced`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quantum {
    /// Set where the circuit saw only a part of the problem.
    pub reduced: Option<Reduced>,
    /// Qubits: binary variables of the circuit's problem.
    pub qubits: usize,
    /// Number of layers.
    pub layers: usize,
    /// Mixer and start.
    pub mixing: Mixing,
    /// Samples read.
    pub shots: u32,
    /// Seed of the samples and of the guesses.
    pub seed: u64,
    /// What every infeasible encoding costs in the diagonal.
    pub infeasible_cost: f64,
    /// Spread of costs that angles were searched in, `sqrt(2 variance / qubits)` over the states
    /// that the start can reach: 1 for an infinite spin glass.
    pub scale: f64,
    /// The angles, by the unscaled cost: `exp(-i beta M) exp(-i gamma cost)`.
    pub angles: Angles,
    /// Circuits evaluated to find them.
    pub evaluations: usize,
    /// Figures of the final state.
    pub state: StateFigures,
    /// The same for 0, 1, ..., `layers` layers, each with its own best angles.
    pub by_layers: Vec<StateFigures>,
    /// All encodings of the circuit's problem: feasible ones, their best, worst and mean objective.
    pub landscape: Summary,
    /// The exact optimum of the circuit's problem.
    pub optimum: Figures,
    /// The circuit's answer: the best feasible allocation among the samples, if any is feasible.
    pub best_of_shots: Option<Figures>,
    /// How many samples were feasible.
    pub feasible_shots: u32,
    /// The most probable feasible encoding, as an allocation.
    pub most_probable: Figures,
    /// Its probability.
    pub most_probable_p: f64,
    /// Objective of the circuit's answer less that of the best allocation known.
    pub gap: Option<f64>,
    /// The same number of guesses.
    pub guessing: Guessing,
    /// Objectives in the final state and among the feasible encodings.
    pub distribution: Distribution,
}

/// The part of a problem that a circuit can hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reduced {
    /// Candidates whose units were fixed, and at how many.
    pub fixed: Vec<(String, u32)>,
    /// Candidates left to choose, with the fewest and most units looked at.
    pub free: Vec<(String, [u32; 2])>,
}

/// Figures of one state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StateFigures {
    /// Layers of its circuit.
    pub layers: usize,
    /// Mean cost over all encodings, penalties included: what the angles minimise.
    pub expectation: f64,
    /// Probability of a feasible encoding.
    pub p_feasible: f64,
    /// Probability of an optimal one, whichever of its bit strings.
    pub p_optimum: f64,
    /// Mean objective of the feasible encodings.
    pub feasible_mean: Option<f64>,
    /// `(worst feasible - mean over feasible) / (worst feasible - optimum)`.
    pub approximation_ratio: Option<f64>,
}

/// The baseline without a circuit: feasible encodings drawn evenly, as many as there were shots.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guessing {
    /// Share of all encodings that are feasible: what even bits would give for `p_feasible`.
    pub p_feasible: f64,
    /// Share of feasible encodings that are optimal.
    pub p_optimum: f64,
    /// `(worst - mean) / (worst - optimum)` over feasible encodings.
    pub approximation_ratio: f64,
    /// Probability that so many guesses hold an optimum, `1 - (1 - p_optimum)^shots`.
    pub p_found: f64,
    /// The same for the circuit's samples.
    pub p_found_by_circuit: f64,
    /// The best of the guesses drawn with this seed.
    pub best: Figures,
}

/// Objectives of feasible encodings in equal bins from best to worst.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// Edges of the bins, one more than bins.
    pub edges: Vec<f64>,
    /// Probability of each bin in the final state; what is missing to 1 is infeasible.
    pub state: Vec<f64>,
    /// Share of each bin among the feasible encodings.
    pub uniform: Vec<f64>,
}

//! What to take of each candidate, and how near a circuit comes to it.

use energyopti_quantum::HONEST_CLAIM;
use energyopti_quantum::allocation::{Allocation, Figures, Quantum, RiskFigures};

use crate::report::html::{Html, paragraph, section, table};
use crate::report::number::{plain, significant};
use crate::report::plot::curve::{self, Level};
use crate::report::plot::outline::{self, Outline};
use crate::report::plot::{Colour, Figure};

/// The section; money in `currency`.
pub(super) fn section_of(answer: &Allocation, currency: &str) -> Html {
    let pieces = [
        choices(answer),
        figures(answer, currency),
        paragraph(&words(answer)),
        by_layers(&answer.quantum, currency),
        samples(&answer.quantum, currency),
    ];
    section("allocation", "What to take", &pieces)
}

/// Units of each candidate.
fn choices(answer: &Allocation) -> Html {
    let best = answer.quantum.best_of_shots.as_ref();
    let row = |(at, name): (usize, &String)| {
        let circuit = best.map_or_else(|| "–".to_owned(), |best| best.units[at].to_string());
        vec![Html::name(name), Html::number(&answer.classical.figures.units[at].to_string()), Html::text(&circuit)]
    };
    let rows: Vec<Vec<Html>> = answer.candidates.iter().enumerate().map(row).collect();
    let caption = "Units of each candidate: the classical answer decides";
    table(caption, &["Candidate", "Classical", "Best sample of the circuit"], 0, &rows)
}

fn figures(answer: &Allocation, currency: &str) -> Html {
    let quantum = &answer.quantum;
    let cells = |name: &str, figures: &Figures| {
        let risk = match figures.risk {
            RiskFigures::Spread { standard_deviation, .. } => standard_deviation,
            RiskFigures::Tail { conditional_value_at_risk, .. } => conditional_value_at_risk,
        };
        let numbers = [figures.objective, figures.expected_return, risk, figures.cost];
        let numbers = numbers.map(|value| Html::number(&significant(value, 6)));
        [Html::text(name)].into_iter().chain(numbers).collect::<Vec<_>>()
    };
    let mut rows = vec![cells("Classical", &answer.classical.figures)];
    rows.extend(quantum.best_of_shots.iter().map(|best| cells("Best sample of the circuit", best)));
    rows.push(cells("Best of as many guesses", &quantum.guessing.best));
    let risk = match answer.classical.figures.risk {
        RiskFigures::Spread { .. } => "Standard deviation",
        RiskFigures::Tail { .. } => "Conditional value at risk",
    };
    let caption = format!("Money in {currency}; the objective is minimised");
    table(&caption, &["Allocation", "Objective", "Expected return", risk, "Cost"], 0, &rows)
}

/// What was computed, and what it is worth.
fn words(answer: &Allocation) -> String {
    let (classical, quantum) = (&answer.classical, &answer.quantum);
    let proof = match (classical.proven, classical.nodes) {
        (true, 0) => "All allocations were looked at: nothing is better than the classical answer.".to_owned(),
        (true, nodes) => format!("Branch and bound proved the classical answer the best, with {nodes} nodes."),
        (false, nodes) => {
            let gap = significant(classical.gap, 3);
            format!("Branch and bound stopped after {nodes} nodes: the classical answer is within {gap} of the best.")
        }
    };
    let reduced = quantum.reduced.as_ref().map_or_else(String::new, |reduced| {
        let fixed = reduced.fixed.len();
        format!(" The circuit saw a reduced problem: {fixed} candidates were fixed by the relaxed solution.")
    });
    let guessing = &quantum.guessing;
    format!(
        "{proof}{reduced} The circuit has {} qubits and {} layers; {} of its {} samples were feasible. A sample is feasible \
         with probability {} and optimal with {}; of feasible guesses {} are optimal, so that {} samples find an optimum \
         with probability {}, and as many guesses with {}. All of it: {HONEST_CLAIM}.",
        quantum.qubits,
        quantum.layers,
        quantum.feasible_shots,
        quantum.shots,
        significant(quantum.state.p_feasible, 3),
        significant(quantum.state.p_optimum, 3),
        significant(guessing.p_optimum, 3),
        quantum.shots,
        significant(guessing.p_found_by_circuit, 3),
        significant(guessing.p_found, 3)
    )
}

/// Energy against the number of layers.
fn by_layers(quantum: &Quantum, currency: &str) -> Html {
    let figure = Figure {
        id: "layers",
        title: "Expected cost by layers".to_owned(),
        description: format!(
            "Expected cost of a sample, penalties included, against the number of layers: from {} without a layer to {} with \
             {}; the optimum is {}.",
            quantum.by_layers.first().map_or_else(String::new, |row| significant(row.expectation, 4)),
            significant(quantum.state.expectation, 4),
            quantum.layers,
            significant(quantum.optimum.objective, 4)
        ),
        width: 960,
        height: 260,
    };
    let point = |(at, row): (u32, &energyopti_quantum::allocation::StateFigures)| (at, row.expectation);
    let points: Vec<(u32, f64)> = (0..).zip(&quantum.by_layers).map(point).collect();
    let level = |label: &str, at: f64, colour| Level { label: label.to_owned(), at, colour };
    let levels = [
        level("optimum", quantum.landscape.best, Colour::Short),
        level("mean of feasible guesses", quantum.landscape.mean, Colour::Other),
    ];
    let plot = curve::draw(&figure, &points, &levels, ["layers", &format!("cost in {currency}")]);
    let head = ["Layers", "Expected cost", "Approximation ratio", "P(feasible)", "P(optimum)"];
    let row = |row: &energyopti_quantum::allocation::StateFigures| {
        let ratio = row.approximation_ratio.map_or_else(|| "–".to_owned(), |ratio| significant(ratio, 4));
        let layers = plain(f64::from(u32::try_from(row.layers).unwrap_or(u32::MAX)));
        let numbers =
            [significant(row.expectation, 6), ratio, significant(row.p_feasible, 3), significant(row.p_optimum, 3)];
        [layers].into_iter().chain(numbers).map(|text| Html::number(&text)).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<Html>> = quantum.by_layers.iter().map(row).collect();
    let caption = "The approximation ratio is that of feasible samples: (worst - mean) / (worst - optimum)";
    Html::composed(format!(
        "<figure>\n{plot}<figcaption>Expected cost of a sample, what is infeasible penalised, with the best angles found for \
         each number of layers.</figcaption></figure>\n{}",
        table(caption, &head, 0, &rows)
    ))
}

/// What samples cost, and what feasible guesses do.
fn samples(quantum: &Quantum, currency: &str) -> Html {
    let distribution = &quantum.distribution;
    let figure = Figure {
        id: "samples",
        title: "Objectives of the circuit's samples".to_owned(),
        description: format!(
            "Distribution of the objective of feasible samples between the best, {}, and the worst, {}, with that of even \
             guesses as an outline.",
            significant(quantum.landscape.best, 4),
            significant(quantum.landscape.worst, 4)
        ),
        width: 960,
        height: 260,
    };
    let outlines = [
        Outline { colour: Colour::Blue, shares: distribution.state.clone() },
        Outline { colour: Colour::Other, shares: distribution.uniform.clone() },
    ];
    let name = format!("objective in {currency}, the best on the left");
    let plot = outline::draw(&figure, &distribution.edges, &outlines, &[], &name);
    Html::composed(format!(
        "<figure>\n{plot}<figcaption>Blue: samples of the circuit (what is missing to 100 % is infeasible). Line: guesses among \
         the feasible allocations.</figcaption></figure>\n"
    ))
}

//! The tail of a metric: classically, and by amplitude estimation.

use energyopti_quantum::HONEST_CLAIM;
use energyopti_quantum::amplitude::Interval;
use energyopti_quantum::risk::RiskMeasure;

use crate::quantum::Tail;
use crate::report::html::{Html, paragraph, section, table};
use crate::report::number::{plain, significant};
use crate::report::plot::outline::{self, Mark, Outline};
use crate::report::plot::{Colour, Figure};

/// Most bars of a distribution; points beyond share a bar.
const MOST_BARS: usize = 128;

/// The tail of a metric over the futures.
pub(super) fn section_of(tail: &Tail) -> Html {
    let answer = &tail.answer;
    let measures = [("VaR", &answer.var), ("CVaR", &answer.cvar)];
    let head = [
        "Measure",
        "Exact, of the futures",
        "Exact, of the points",
        "Discretisation error",
        "Amplitude estimation",
        "Monte Carlo, as many samples",
    ];
    let number = |value: f64| Html::number(&significant(value, 6));
    let estimate = |value: f64, interval: Interval| {
        let ends = [interval.low, interval.high].map(|end| Html::number(&significant(end, 5)));
        Html::composed(format!("{} <span class=\"pm\">[{}, {}]</span>", number(value), ends[0], ends[1]))
    };
    let row = |(name, measure): (&str, &RiskMeasure)| {
        let drawn = measure.classical_monte_carlo;
        vec![
            Html::text(name),
            number(measure.exact_samples),
            number(measure.exact_discretised),
            number(measure.discretisation_error),
            estimate(measure.quantum, measure.interval),
            estimate(drawn.estimate, drawn.interval),
        ]
    };
    let caption = format!(
        "{} at the level {}; intervals of {} %, of amplitude estimation for the figures of the points",
        tail.of,
        answer.alpha,
        100.0 * answer.confidence
    );
    let text = format!(
        "Value at risk is the smallest value that at least a share of {} of the futures do not exceed; conditional value \
         at risk is the mean of the worst {} %. The circuits load the distribution on {} points, {} apart; each estimate \
         called its oracle, {} times in all, and Monte Carlo drew as many samples. All of it: {HONEST_CLAIM}.",
        answer.alpha,
        plain(100.0 * (1.0 - answer.alpha)),
        tail.question.grid().values().len(),
        significant(answer.grid_step, 3),
        answer.oracle_calls
    );
    let pieces = [distribution(tail), table(&caption, &head, 0, &measures.map(row)), paragraph(&text)];
    section("tail-risk", &format!("Tail of {}", tail.of), &pieces)
}

fn distribution(tail: &Tail) -> Html {
    let (answer, grid) = (&tail.answer, tail.question.grid());
    let (points, shares) = (grid.values(), grid.probabilities());
    let each = points.len().div_ceil(MOST_BARS);
    let mut edges: Vec<f64> = points.iter().step_by(each).map(|point| point - answer.grid_step / 2.0).collect();
    edges.push(grid.greatest() + answer.grid_step / 2.0);
    let shares = shares.chunks(each).map(|part| part.iter().sum()).collect();
    let figure = Figure {
        id: "tail",
        title: format!("Distribution of {}", tail.of),
        description: format!(
            "Histogram of {} over the futures, with lines at the value at risk, {}, and the conditional value at risk, {}.",
            tail.of,
            significant(answer.var.exact_samples, 4),
            significant(answer.cvar.exact_samples, 4)
        ),
        width: 960,
        height: 260,
    };
    let mark = |label: &str, measure: &RiskMeasure, colour| Mark {
        label: format!("{label} {}", significant(measure.exact_samples, 4)),
        at: measure.exact_samples,
        colour,
    };
    let marks = [mark("VaR", &answer.var, Colour::Ink), mark("CVaR", &answer.cvar, Colour::Short)];
    let plot = outline::draw(&figure, &edges, &[Outline { colour: Colour::Blue, shares }], &marks, &tail.of);
    Html::composed(format!(
        "<figure>\n{plot}<figcaption>Distribution over the futures, as the circuits load it. The lines are the exact \
         figures of the futures.</figcaption></figure>\n"
    ))
}

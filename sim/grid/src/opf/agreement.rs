//! The solvers against each other: on random programs the simplex, our interior point and `clarabel`
//! find the same cost, and agree on what is infeasible.

use super::program::{Column, Failure, Program, Row};
use super::simplex::{Answer, Simplex};
use super::{dense, interior, polish};
use proptest::prelude::*;

fn cost(program: &Program, x: &[f64]) -> f64 {
    program.columns.iter().zip(x).map(|(c, x)| (0.5 * c.quadratic * x + c.cost) * x).sum()
}

/// A balance and two-sided rows over boxes, as a dispatch has them.
fn programs(convex: bool) -> impl Strategy<Value = Program> {
    let column = (-1.0..1.0_f64, 0.0..2.0_f64, -10.0..60.0_f64, 0.0..5.0_f64);
    let row = (prop::collection::vec(-1.0..1.0_f64, 8), -1.0..0.5_f64, 0.1..1.0_f64);
    (prop::collection::vec(column, 1..8), prop::collection::vec(row, 0..4), -1.0..4.0_f64).prop_map(
        move |(columns, rows, demand)| {
            let count = columns.len();
            let made = columns.into_iter().map(|(lower, width, cost, quadratic)| {
                let quadratic = if convex { quadratic } else { 0.0 };
                Column { lower, upper: lower + width, cost, quadratic }
            });
            let balance = Row { entries: (0..count).map(|j| (j, 1.0)).collect(), lower: demand, upper: demand };
            let limits = rows.into_iter().map(|(a, lower, width)| {
                let entries = a.into_iter().take(count).enumerate().collect();
                Row { entries, lower, upper: lower + width }
            });
            Program { columns: made.collect(), rows: std::iter::once(balance).chain(limits).collect() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn linear_programs_cost_the_same_by_all_three(program in programs(false)) {
        let answer = Simplex::default().solve(&program, 1);
        match (interior::solve(&program), answer) {
            (Ok(wanted), Answer::Optimal(fast)) => {
                let wanted = cost(&program, &wanted.x);
                let own = polish::polish(&program, dense::solve(&program, 1e-9).unwrap()).0;
                prop_assert!((cost(&program, &fast.x) - wanted).abs() < 1e-6);
                prop_assert!((cost(&program, &own.x) - wanted).abs() < 1e-6);
            }
            (Err(Failure::Infeasible), Answer::Infeasible(by)) => {
                let broken = dense::least_break(&program).unwrap();
                prop_assert!(by <= broken * (1.0 + 1e-6), "{by} is a bound below {broken}");
            }
            // Hardly feasible, or hardly not.
            (_, Answer::Infeasible(by)) => prop_assert!(by < 1e-6),
            (other, _) => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn convex_programs_cost_the_same_by_both(program in programs(true)) {
        if let Ok(wanted) = interior::solve(&program) {
            let own = polish::polish(&program, dense::solve(&program, 1e-9).unwrap());
            prop_assert!((cost(&program, &own.0.x) - cost(&program, &wanted.x)).abs() < 1e-6);
            prop_assert!(own.1 < 1e-8, "{}", own.1);
        }
    }
}

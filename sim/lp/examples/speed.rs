//! Prints how long solves of a dispatch program take: `cargo run --release -p energyopti-lp --example speed`.
#![allow(clippy::print_stdout)]

#[path = "../tests/programs/dispatch.rs"]
mod dispatch;

use std::hint::black_box;
use std::time::Instant;

use dispatch::{Sequence, dispatch};
use energyopti_lp::{Data, Error, Matrix, Solver, Start, Ties};

fn main() -> Result<(), Error> {
    for (zones, columns, repeats) in [(24, 120, 2000), (60, 300, 300), (200, 600, 20), (400, 1000, 3)] {
        let (matrix, data) = dispatch(zones, columns, 7);
        warm(&matrix, &data, repeats * 20)?;
        moved(&matrix, &data, repeats, Ties::AsFound)?;
        moved(&matrix, &data, repeats, Ties::First)?;
        cold(&matrix, &data, repeats)?;
    }
    Ok(())
}

/// The right-hand side moves so little that the basis stays.
fn warm(matrix: &Matrix, data: &Data, repeats: u32) -> Result<(), Error> {
    let mut solver = Solver::new(matrix.clone());
    solver.solve(data, Start::Cold)?;
    let mut data = data.clone();
    let mut pivots = 0;
    let clock = Instant::now();
    for k in 0..repeats {
        data.rhs[0] += if k % 2 == 0 { 1e-6 } else { -1e-6 };
        pivots += black_box(solver.solve(&data, Start::Last)?).optimal().map_or(0, |found| found.pivots);
    }
    report("warm, basis stays", matrix, clock, repeats, pivots);
    Ok(())
}

/// Every load moves by up to 2 %.
fn moved(matrix: &Matrix, data: &Data, repeats: u32, ties: Ties) -> Result<(), Error> {
    let mut solver = Solver::new(matrix.clone()).with_ties(ties);
    solver.solve(data, Start::Cold)?;
    let (mut random, mut moved, mut pivots) = (Sequence(3), data.clone(), 0);
    let clock = Instant::now();
    for _ in 0..repeats {
        for (new, old) in moved.rhs.iter_mut().zip(&data.rhs) {
            *new = old * (0.98 + 0.04 * random.draw());
        }
        pivots += black_box(solver.solve(&moved, Start::Last)?).optimal().map_or(0, |found| found.pivots);
    }
    report(
        if ties == Ties::First { "warm, loads move, ties first" } else { "warm, loads move" },
        matrix,
        clock,
        repeats,
        pivots,
    );
    Ok(())
}

fn cold(matrix: &Matrix, data: &Data, repeats: u32) -> Result<(), Error> {
    let mut solver = Solver::new(matrix.clone());
    let mut pivots = 0;
    let clock = Instant::now();
    for _ in 0..repeats {
        pivots += black_box(solver.solve(data, Start::Cold)?).optimal().map_or(0, |found| found.pivots);
    }
    report("cold", matrix, clock, repeats, pivots);
    Ok(())
}

fn report(what: &str, matrix: &Matrix, clock: Instant, repeats: u32, pivots: usize) {
    let each = clock.elapsed().as_secs_f64() * 1e6 / f64::from(repeats);
    #[expect(clippy::cast_precision_loss)]
    let pivots = pivots as f64 / f64::from(repeats);
    println!("m={:3} n={:4} {what:30} {each:9.2} us, {pivots:6.1} pivots", matrix.rows(), matrix.columns());
}

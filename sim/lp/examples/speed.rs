//! Prints how long solves of a dispatch program take: `cargo run --release -p energyopti-lp --example speed`.
//! Best of a hundred batches, so that other work on the machine counts little.
#![allow(clippy::print_stdout)]

#[path = "../tests/programs/dispatch.rs"]
mod dispatch;

use std::hint::black_box;
use std::time::Instant;

use dispatch::{Sequence, dispatch};
use energyopti_lp::{Data, Error, Matrix, Solver, Start, Ties};

fn main() -> Result<(), Error> {
    for (zones, columns, repeats) in [(24, 120, 50), (60, 300, 10), (200, 600, 5), (400, 1000, 3)] {
        let (matrix, data) = dispatch(zones, columns, 7);
        stay(&matrix, &data, repeats * 20)?;
        for ties in [Ties::AsFound, Ties::First] {
            moved(&matrix, &data, repeats, ties)?;
        }
        cold(&matrix, &data, repeats)?;
    }
    Ok(())
}

/// One right-hand side moves so little that the basis stays.
fn stay(matrix: &Matrix, data: &Data, repeats: u32) -> Result<(), Error> {
    let (mut solver, mut data) = (Solver::new(matrix.clone()), data.clone());
    solver.solve(&data, Start::Cold)?;
    measure("warm, the basis stays", matrix, repeats, || {
        data.rhs[0] += 1e-9;
        pivots(&mut solver, &data, Start::Last)
    })
}

/// Every load moves by up to 20 %.
fn moved(matrix: &Matrix, data: &Data, repeats: u32, ties: Ties) -> Result<(), Error> {
    let mut solver = Solver::new(matrix.clone()).with_ties(ties);
    solver.solve(data, Start::Cold)?;
    let (mut random, mut moved) = (Sequence(3), data.clone());
    let what = if ties == Ties::First { "warm, loads move, ties first" } else { "warm, loads move" };
    measure(what, matrix, repeats, || {
        for (new, old) in moved.rhs.iter_mut().zip(&data.rhs) {
            *new = old * (0.8 + 0.4 * random.draw());
        }
        pivots(&mut solver, &moved, Start::Last)
    })
}

fn cold(matrix: &Matrix, data: &Data, repeats: u32) -> Result<(), Error> {
    let mut solver = Solver::new(matrix.clone());
    measure("cold", matrix, repeats, || pivots(&mut solver, data, Start::Cold))
}

fn pivots(solver: &mut Solver, data: &Data, start: Start<'_>) -> Result<usize, Error> {
    Ok(black_box(solver.solve(data, start)?).optimal().map_or(0, |found| found.pivots))
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn measure(
    what: &str,
    matrix: &Matrix,
    repeats: u32,
    mut solve: impl FnMut() -> Result<usize, Error>,
) -> Result<(), Error> {
    let (mut best, mut pivots) = (f64::INFINITY, 0);
    for _ in 0..100 {
        let clock = Instant::now();
        for _ in 0..repeats {
            pivots += solve()?;
        }
        best = best.min(clock.elapsed().as_secs_f64() * 1e6 / f64::from(repeats));
    }
    let pivots = pivots as f64 / (100.0 * f64::from(repeats));
    println!("m={:3} n={:4} {what:30} {best:9.2} us, {pivots:6.1} pivots", matrix.rows(), matrix.columns());
    Ok(())
}

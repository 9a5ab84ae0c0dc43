//! Power flow programs written with angles: wide boxes, large coefficients, many ties.

use energyopti_lp::{Builder, Data, Matrix};

use crate::dispatch::Sequence;

/// Power flow by angles: at every node plants and shedding less the flows out equal the load; a flow is susceptance
/// times the difference of angles, which are free but for a box of 1e3 rad; a flow in a box has a row of its own.
pub fn angles(nodes: usize, seed: u64, value_of_lost_load: f64) -> (Matrix, Data) {
    let mut random = Sequence(seed);
    let mut program = Builder::default();
    let balances: Vec<usize> = (0..nodes).map(|_| program.row(100.0 * random.draw())).collect();
    let mut angles: Vec<Vec<(usize, f64)>> = vec![Vec::new(); nodes];
    for k in 0..nodes + nodes / 2 {
        let (from, to) = if k < nodes { (k, (k + 1) % nodes) } else { (random.below(nodes), random.below(nodes)) };
        if from == to {
            continue;
        }
        let susceptance = 100.0 * (1.0 + 50.0 * random.draw());
        let limit = 30.0 + 200.0 * random.draw();
        let row = program.row(0.0);
        program.column(0.0, -limit..=limit, &[(row, -1.0), (balances[from], -1.0), (balances[to], 1.0)]);
        angles[from].push((row, susceptance));
        angles[to].push((row, -susceptance));
    }
    for entries in angles {
        program.column(0.0, -1e3..=1e3, &entries);
    }
    for &balance in &balances {
        if random.draw() < 0.5 {
            let cost = (random.draw() * 100.0).floor();
            program.column(cost, 0.0..=400.0 * random.draw(), &[(balance, 1.0)]);
        }
        program.column(value_of_lost_load, 0.0..=200.0, &[(balance, 1.0)]);
    }
    program.build().expect("all numbers are finite")
}

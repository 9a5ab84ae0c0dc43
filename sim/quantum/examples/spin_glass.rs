//! The infinite spin glass, optimised layer by layer, and drawn ones of finite size at its angles.
//! `cargo run --release -p energyopti-quantum --example spin_glass [-- LAYERS [REPLICAS]]`

#![allow(clippy::print_stdout, reason = "its output is the table")]

use energyopti_quantum::angles::{Options, climb};
use energyopti_quantum::qaoa::Angles;
use energyopti_quantum::spin_glass::{GROUND_STATE, drawn, energy_per_spin};
use energyopti_quantum::{Error, Limit};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |at: usize, otherwise: u64| std::env::args().nth(at).map_or(Ok(otherwise), |text| text.parse());
    let (layers, replicas) = (argument(1, 8)?, argument(2, 100)?);
    // Minimised, like every cost here: the mirror image of the greatest energy.
    let objective =
        |batch: &[Angles]| batch.iter().map(|angles| energy_per_spin(&angles.gamma, &angles.beta)).collect();
    // Tight enough for the five digits of the table of fixed angles.
    let options = Options { tolerance: 1e-14, ..Options::default() };
    let optima = climb(&objective, usize::try_from(layers)?, &|_| None, options, &|_| true)?;
    println!("layers, energy per spin, of the ground state's {GROUND_STATE}, evaluations, gammas, betas");
    for (best, layer) in optima.iter().zip(1..) {
        let (share, Angles { gamma, beta }) = (-best.expectation / GROUND_STATE, &best.angles);
        println!("{layer}  {:.8}  {share:.4}  {}  {gamma:.5?}  {beta:.5?}", best.expectation, best.evaluations);
    }
    println!("spins, then mean +- standard error by layers");
    for spins in [8, 10, 12, 14, 16] {
        let row: Result<Vec<String>, Error> = (optima.iter())
            .map(|best| drawn(spins, &best.angles, 0, replicas, Limit::NONE))
            .map(|found| found.map(|found| format!("{:.5} +- {:.5}", found.mean, found.standard_error)))
            .collect();
        println!("{spins}  {}", row?.join("  "));
    }
    Ok(())
}

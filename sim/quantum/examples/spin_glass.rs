//! The infinite spin glass, optimised layer by layer: prints energy, angles and evaluations.
//! `cargo run --release -p energyopti-quantum --example spin_glass [-- LAYERS]`

#![allow(clippy::print_stdout, reason = "its output is the table")]

use energyopti_quantum::angles::{Options, climb};
use energyopti_quantum::qaoa::Angles;
use energyopti_quantum::spin_glass::energy_per_spin;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layers = std::env::args().nth(1).map_or(Ok(8), |layers| layers.parse())?;
    // Minimised, like every cost here: the mirror image of the greatest energy.
    let objective =
        |batch: &[Angles]| batch.iter().map(|angles| energy_per_spin(&angles.gamma, &angles.beta)).collect();
    let begun = std::time::Instant::now();
    for best in climb(&objective, layers, &|_| None, Options::default(), &|_| true)? {
        let Angles { gamma, beta } = &best.angles;
        println!(
            "{} {:.8} {} {:?} {:.7?} {:.7?}",
            gamma.len(),
            best.expectation,
            best.evaluations,
            best.end,
            gamma,
            beta
        );
    }
    println!("{:?}", begun.elapsed());
    Ok(())
}

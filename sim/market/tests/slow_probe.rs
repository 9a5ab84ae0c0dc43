//! probe
mod support;
use energyopti_market::Side::*;
use support::*;
#[test]
fn probe() {
    for nb in [10usize, 30, 60] {
        for min in [1.0, 0.5] {
            for same in [true, false] {
                let mut m = market(24, &["A"]);
                for t in 0..24 {
                    for i in 0..20 {
                        let sell = i % 2 == 0;
                        let p = if sell { 5. * i as f64 } else { 100. - 3. * i as f64 };
                        let mut o = step(&format!("{t}_{i}"), "A", if sell { Sell } else { Buy }, p, 30.);
                        o.period = t;
                        m.steps.push(o);
                    }
                }
                for b in 0..nb {
                    let mut o = block(
                        &format!("blk{b:02}"),
                        "A",
                        Sell,
                        if same { 40. } else { 38.0 + b as f64 * 0.1 },
                        &vec![if same { 37. } else { 30.0 + (b * 7 % 13) as f64 }; 24],
                    );
                    o.min_acceptance = min;
                    m.blocks.push(o);
                }
                let t = std::time::Instant::now();
                let c = cleared(&m);
                println!(
                    "blocks {nb} {min} same {same} {:?} nodes {} proven {} gap {:e} acc {} prb {} price {}",
                    t.elapsed(),
                    c.nodes,
                    c.proven,
                    c.gap(),
                    c.blocks.iter().filter(|b| b.ratio > 0.).count(),
                    c.blocks
                        .iter()
                        .filter(|b| b.status == energyopti_market::BlockStatus::ParadoxicallyRejected)
                        .count(),
                    c.prices[0][0]
                );
            }
        }
    }
}

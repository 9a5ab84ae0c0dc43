//! Dispatch programs as they come up in a simulation: zones, lines between them, plants, shedding at a high price.

use energyopti_lp::{Builder, Data, Matrix};

/// A fixed sequence of numbers in 0..1 (Knuth's 64-bit linear congruence).
pub struct Sequence(pub u64);

impl Sequence {
    pub fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((self.0 >> 33) as u32) / f64::from(1_u32 << 31)
    }

    pub fn below(&mut self, count: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let index = (self.draw() * count as f64) as usize;
        index.min(count - 1)
    }
}

/// `zones` balances of 50..150 MW; lines in a ring and at random, flows in both directions in one column, 1e-4 per MW of
/// use at most; the rest of the `columns` plants; the last column of every zone sheds at 1e4.
pub fn dispatch(zones: usize, columns: usize, seed: u64) -> (Matrix, Data) {
    let mut random = Sequence(seed);
    let mut program = Builder::default();
    let balances: Vec<usize> = (0..zones).map(|_| program.row(50.0 + 100.0 * random.draw())).collect();
    let lines = zones + zones / 4;
    for k in 0..lines {
        let (from, to) = if k < zones { (k, (k + 1) % zones) } else { (random.below(zones), random.below(zones)) };
        if from != to {
            let limit = 20.0 + 60.0 * random.draw();
            program.column(0.0, -limit..=limit, &[(balances[from], -1.0), (balances[to], 1.0)]);
        }
    }
    for _ in 0..columns - lines - zones {
        let zone = random.below(zones);
        let cost = (random.draw() * 100.0).floor();
        program.column(cost, 0.0..=80.0 * random.draw(), &[(balances[zone], 1.0)]);
    }
    for &balance in &balances {
        program.column(1e4, 0.0..=200.0, &[(balance, 1.0)]);
    }
    program.build().expect("all numbers are finite")
}

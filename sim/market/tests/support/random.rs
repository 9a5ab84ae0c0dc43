//! Random markets: few prices, so that ties are common, and everything that an order can be.

use energyopti_market::{CurvePoint, Market, Side};

use super::{block, curve, line, market, step};

/// `SplitMix64` (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        // The upper half of the bits, scaled: below `sides`.
        let upper = (z ^ (z >> 31)) >> 32;
        u32::try_from((upper * u64::from(sides)) >> 32).unwrap()
    }

    /// A number below `sides`, to count with.
    pub fn pick(&mut self, sides: usize) -> usize {
        self.roll(u32::try_from(sides).unwrap()) as usize
    }

    pub fn real(&mut self, sides: u32) -> f64 {
        f64::from(self.roll(sides))
    }

    /// Multiples of 10 half of the time, else with decimals; from -60 to 200.
    fn price(&mut self) -> f64 {
        if self.roll(2) == 0 { self.real(27) * 10.0 - 60.0 } else { self.real(26_001) / 100.0 - 60.0 }
    }

    /// Round, with decimals, or a third of a MW.
    fn quantity(&mut self) -> f64 {
        match self.roll(4) {
            0 => self.real(1000) / 3.0,
            1 => self.real(100_000_000) / 1e6,
            _ => self.real(20) * 5.0,
        }
    }

    fn side(&mut self) -> Side {
        if self.roll(2) == 0 { Side::Buy } else { Side::Sell }
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.pick(i + 1));
        }
    }
}

const ZONES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

pub fn random_market(seed: u64) -> Market {
    let dice = &mut Dice(seed);
    let zones = &ZONES[..=dice.pick(6)];
    let mut m = market(1 + dice.pick(4), zones);
    m.step_h = [1.0, 0.5, 0.25][dice.pick(3)];
    let zone = |dice: &mut Dice| zones[dice.pick(zones.len())];
    if zones.len() > 1 {
        for i in 0..dice.roll(12) {
            let (from, to) = (zone(dice), zone(dice));
            if from != to {
                m.lines.push(line(&format!("line{i}"), from, to, dice.quantity(), dice.quantity()));
            }
        }
    }
    for i in 0..dice.pick(20) * m.periods {
        let (at, side) = (zone(dice), dice.side());
        let mut order = step(&format!("step{i}"), at, side, dice.price(), dice.quantity());
        order.period = dice.pick(m.periods);
        order.participant = format!("p{}", dice.roll(6));
        m.steps.push(order);
    }
    for i in 0..dice.pick(4) * m.periods {
        let (at, side) = (zone(dice), dice.side());
        let mut order = curve(&format!("curve{i}"), at, side, &[]);
        order.points = points(dice, side);
        order.period = dice.pick(m.periods);
        order.participant = format!("p{}", dice.roll(6));
        m.curves.push(order);
    }
    for i in 0..dice.roll(6) {
        let (at, side) = (zone(dice), dice.side());
        let profile: Vec<f64> = (0..m.periods).map(|_| dice.quantity()).collect();
        let mut order = block(&format!("block{i}"), at, side, dice.price(), &profile);
        order.participant = format!("p{}", dice.roll(6));
        order.min_acceptance = [1.0, 1.0, 0.5, 0.1][dice.pick(4)];
        m.blocks.push(order);
    }
    m
}

fn points(dice: &mut Dice, side: Side) -> Vec<CurvePoint> {
    let count = 1 + dice.pick(4);
    let mut prices: Vec<f64> = (0..count).map(|_| dice.price()).collect();
    let mut quantities: Vec<f64> = (0..count).map(|_| dice.quantity()).collect();
    prices.sort_by(f64::total_cmp);
    quantities.sort_by(f64::total_cmp);
    if side == Side::Buy {
        quantities.reverse();
    }
    prices.into_iter().zip(quantities).map(|(price, quantity_mw)| CurvePoint { price, quantity_mw }).collect()
}

//! Rainflow against the example of the standard and the counts of a random series.

#![allow(clippy::float_cmp, reason = "counting is exact: a plateau has the same bits")]

mod reference;

use energyopti_engine::assets::battery::rainflow::{Cycle, Rainflow, RainflowLanes};
use energyopti_engine::{LANES, Lanes};
use proptest::prelude::*;

fn number(sample: usize) -> u32 {
    u32::try_from(sample).expect("series are short")
}

fn last(turns: &mut [(usize, f64)]) -> &mut (usize, f64) {
    turns.last_mut().expect("matched with at least one")
}

fn count(series: &[f64]) -> Vec<Cycle> {
    let (mut counter, mut cycles) = (Rainflow::default(), Vec::new());
    for (sample, &value) in (0..).zip(series) {
        counter.push(sample, value, |cycle| cycles.push(cycle));
    }
    counter.finish(number(series.len()) - 1, |cycle| cycles.push(cycle));
    cycles
}

#[test]
fn the_example_of_the_standard_is_counted_as_printed() {
    // ASTM E1049-85, figure 6: A-B 3, B-C 4, E-F 4 (full), C-D 8, D-G 9, G-H 8, H-I 6.
    let cycles = count(&[-2.0, 1.0, -3.0, 5.0, -1.0, 3.0, -4.0, 4.0, -2.0]);
    let got: Vec<_> = cycles.iter().map(|c| (c.range, c.count, c.start, c.end)).collect();
    let want = [
        (3.0, 0.5, 0, 1),
        (4.0, 0.5, 1, 2),
        (4.0, 1.0, 4, 5),
        (8.0, 0.5, 2, 3),
        (9.0, 0.5, 3, 6),
        (8.0, 0.5, 6, 7),
        (6.0, 0.5, 7, 8),
    ];
    assert_eq!(got, want);
}

fn agrees_with(series: &str, cycles: &str, column: usize) {
    let (Some(series), Some(want)) = (reference::table(series), reference::table(cycles)) else { return };
    let series: Vec<f64> = series.iter().map(|row| reference::number(&row[column])).collect();
    let got = count(&series);
    assert_eq!(got.len(), want.len());
    // In the same order; the table is rounded to twelve digits.
    for (cycle, row) in got.iter().zip(&want) {
        let want: Vec<f64> = row.iter().map(|text| reference::number(text)).collect();
        assert_eq!(want[2..], [cycle.count, f64::from(cycle.start), f64::from(cycle.end)]);
        assert!((cycle.range - want[0]).abs() < 1e-12 && (cycle.mean - want[1]).abs() < 1e-12, "{cycle:?}");
    }
}

#[test]
fn both_reference_series_are_counted_alike() {
    agrees_with("battery/rainflow_astm_series.csv", "battery/rainflow_astm_cycles.csv", 0);
    agrees_with("battery/rainflow_random_soc.csv", "battery/rainflow_random_soc_cycles.csv", 1);
}

#[test]
fn a_series_that_never_moves_has_no_cycle() {
    assert_eq!(count(&[0.5; 100]), []);
}

/// Turning points first, then the standard's rules over the whole list.
fn by_the_book(series: &[f64]) -> Vec<Cycle> {
    let mut turns: Vec<(usize, f64)> = Vec::new();
    for (at, &value) in series.iter().enumerate() {
        match turns.as_slice() {
            [.., (_, a), (_, b)] if (b - a) * (value - b) >= 0.0 => *last(&mut turns) = (at, value),
            [_] if value == turns[0].1 => {}
            [.., (_, b)] if value == *b => last(&mut turns).0 = at,
            _ => turns.push((at, value)),
        }
    }
    let mut cycles = Vec::new();
    let mut close = |a: (usize, f64), b: (usize, f64), count| {
        let (start, end) = (number(a.0), number(b.0));
        cycles.push(Cycle { range: (a.1 - b.1).abs(), mean: 0.5 * (a.1 + b.1), count, start, end });
    };
    let mut open: Vec<(usize, f64)> = Vec::new();
    for turn in turns {
        open.push(turn);
        while open.len() >= 3 {
            let n = open.len();
            if (open[n - 1].1 - open[n - 2].1).abs() < (open[n - 2].1 - open[n - 3].1).abs() {
                break;
            }
            if n == 3 {
                close(open[0], open[1], 0.5);
                open.remove(0);
            } else {
                close(open[n - 3], open[n - 2], 1.0);
                open.drain(n - 3..n - 1);
            }
        }
    }
    open.windows(2).for_each(|pair| close(pair[0], pair[1], 0.5));
    cycles
}

fn way(series: &[f64]) -> f64 {
    series.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum()
}

proptest! {
    #[test]
    fn streaming_counts_as_the_book_does(steps in prop::collection::vec(0u8..8, 2..300)) {
        let series: Vec<f64> = steps.iter().map(|step| f64::from(*step)).collect();
        let cycles = count(&series);
        prop_assert_eq!(&cycles, &by_the_book(&series));
        // The whole way is in the cycles: twice the range of each full one.
        let counted: f64 = cycles.iter().map(|cycle| 2.0 * cycle.count * cycle.range).sum();
        prop_assert!((counted - way(&series)).abs() < 1e-9);
    }

    #[test]
    fn lanes_at_rest_may_be_left_out(steps in prop::collection::vec(0u8..3, 2..200), lane in 0..LANES) {
        let series: Vec<f64> = steps.iter().map(|step| f64::from(*step)).collect();
        let (mut lanes, mut cycles) = (RainflowLanes::default(), Vec::new());
        let mut values = Lanes::splat(1.0);
        let mut before = f64::NAN;
        for (sample, &value) in (0u32..).zip(&series) {
            values[lane] = value;
            let changed = if sample == 0 { u64::MAX } else { u64::from(value != before) << lane };
            lanes.push(sample, &values, changed, |at, cycle| cycles.push((at, cycle)));
            before = value;
        }
        lanes.finish(number(series.len()) - 1, |at, cycle| cycles.push((at, cycle)));
        prop_assert!(cycles.iter().all(|(at, _)| *at == lane));
        let cycles: Vec<Cycle> = cycles.into_iter().map(|(_, cycle)| cycle).collect();
        prop_assert!((lanes.lane(lane).cycles() - cycles.iter().map(|c| c.count).sum::<f64>()).abs() < 1e-12);
        prop_assert_eq!(cycles, count(&series));
    }
}

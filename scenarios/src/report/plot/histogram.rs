//! The distribution of the margin: share of time per bin, logarithmic where the bins differ by
//! more than a factor of a hundred. The side below zero, where the system is short, is red.

use plotters::element::{PathElement, Polygon, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axes::{self, Axis, Grid};
use super::canvas::{UNIT, text_style};
use super::{Colour, Figure};
use crate::report::number::exponent;

/// A bin: from, to (MW), and its share of all (step, replica) pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Bin {
    pub(in crate::report) low: f64,
    pub(in crate::report) high: f64,
    pub(in crate::report) share: f64,
}

impl Bin {
    /// Whether zero lies inside.
    pub(in crate::report) fn holds_both(&self) -> bool {
        self.low < 0.0 && self.high > 0.0
    }

    fn colour(&self) -> Colour {
        match self {
            bin if bin.holds_both() => Colour::Other,
            bin if bin.high <= 0.0 => Colour::Short,
            _ => Colour::Blue,
        }
    }
}

/// Draws the bins, which ascend and may leave out empty ones.
pub(in crate::report) fn draw(figure: &Figure, bins: &[Bin]) -> String {
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return String::new() };
    let (low, high) = (first.low, last.high);
    let room = 0.02 * (high - low);
    let x = Axis::round(low, high, 8, "margin in MW").cut_to(low - room, high + room);
    let shares = || bins.iter().map(|bin| bin.share).filter(|share| *share > 0.0);
    let (rarest, most) = (shares().fold(f64::INFINITY, f64::min), shares().fold(0.0, f64::max));
    let logarithmic = most > 100.0 * rarest;
    let y = if logarithmic { powers(rarest, most) } else { percent(most) };
    let base = y.low;
    let height = |share: f64| if logarithmic { share.log10() } else { 100.0 * share };
    figure.draw(|area| {
        let mut chart = axes::draw(area, &x, &y, Grid::Horizontal, 70)?;
        // One outline per side: bars of their own would show seams between them.
        for side in bins.chunk_by(|a, b| a.colour() == b.colour()) {
            let (from, to) = (side[0].low, side[side.len() - 1].high);
            let tops = side.iter().flat_map(|bin| {
                let top = y.clamp(if bin.share > 0.0 { height(bin.share) } else { base });
                [(bin.low, top), (bin.high, top)]
            });
            let outline: Vec<_> = [(from, base)].into_iter().chain(tops).chain([(to, base)]).collect();
            chart.draw_series([Polygon::new(outline, side[0].colour().solid().filled())])?;
        }
        if low < 0.0 && high > 0.0 {
            let line = Colour::Ink.solid().stroke_width(UNIT.unsigned_abs());
            chart.draw_series([PathElement::new(vec![(0.0, base), (0.0, y.high)], line)])?;
            let (right, down) = chart.backend_coord(&(0.0, y.high));
            for (text, side, hpos, colour) in
                [("short", -6, HPos::Right, Colour::Short), ("supplied", 6, HPos::Left, Colour::Blue)]
            {
                let style = text_style(12, colour).pos(Pos::new(hpos, VPos::Top));
                area.draw(&Text::new(text, (right + side * UNIT, down + 2 * UNIT), style))?;
            }
        }
        Ok(())
    })
}

/// A vertical axis of whole powers of ten, in percent of the time; its values are logarithms.
fn powers(least: f64, most: f64) -> Axis {
    let (low, high) = (exponent(least).max(-12), exponent(most) + 1);
    let every = 1 + (high - low) / 6;
    let ticks = (low..=high).filter(|power| (power - high) % every == 0);
    let ticks = ticks.map(|power| (f64::from(power), percentage(power + 2)));
    Axis::of(f64::from(low), f64::from(high), ticks.collect(), "share of time (log scale)")
}

/// `10^power` percent.
fn percentage(power: i32) -> String {
    if (-3..=2).contains(&power) {
        return format!("{} %", format!("1e{power}").parse::<f64>().unwrap_or(0.0));
    }
    let raised = |digit: char| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => digit.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)).unwrap_or(digit),
    };
    format!("10{} %", power.to_string().chars().map(raised).collect::<String>())
}

fn percent(most: f64) -> Axis {
    Axis::round(0.0, 100.0 * most, 5, "share of time in %")
}

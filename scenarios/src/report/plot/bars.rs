//! Bars with error bars, one per month or hour.

use energyopti_engine::Estimate;
use plotters::element::{PathElement, Rectangle};
use plotters::style::Color;

use super::axes::{self, Axis, Grid};
use super::canvas::UNIT;
use super::{Colour, Figure};

/// A bar: its label (may be empty) and its height with its interval.
pub(in crate::report) struct Bar {
    pub(in crate::report) label: String,
    pub(in crate::report) estimate: Estimate,
}

/// Bars from zero with their 95 % intervals; `unit` names the vertical axis.
pub(in crate::report) fn draw(figure: &Figure, bars: &[Bar], unit: &str, colour: Colour) -> String {
    let top = bars.iter().map(|bar| top(&bar.estimate)).fold(0.0, f64::max);
    let y = Axis::round(0.0, top, 4, unit);
    let middle = |at: usize| f64::from(u32::try_from(at).unwrap_or(0)) + 0.5;
    let ticks = bars.iter().enumerate().filter(|(_, bar)| !bar.label.is_empty());
    let ticks = ticks.map(|(at, bar)| (middle(at), bar.label.clone())).collect();
    let x = Axis::of(0.0, middle(bars.len()) - 0.5, ticks, "");
    figure.draw(|area| {
        let mut chart = axes::draw(area, &x, &y, Grid::Horizontal, 56)?;
        for (at, Bar { estimate, .. }) in bars.iter().enumerate() {
            let (Some(value), middle) = (finite(estimate.value), middle(at)) else { continue };
            let corners = [(middle - 0.38, 0.0), (middle + 0.38, y.clamp(value))];
            chart.draw_series([Rectangle::new(corners, colour.solid().filled())])?;
            let Some([low, high]) = interval(estimate) else { continue };
            let (low, high) = (y.clamp(low), y.clamp(high));
            let line = Colour::Ink.solid().stroke_width(UNIT.unsigned_abs());
            let cap = |at: f64| PathElement::new(vec![(middle - 0.14, at), (middle + 0.14, at)], line);
            let stem = PathElement::new(vec![(middle, low), (middle, high)], line);
            chart.draw_series([stem, cap(low), cap(high)])?;
        }
        Ok(())
    })
}

/// The interval to draw. Where nothing was seen there is none: its bound, 3/n of all that could be,
/// would dwarf every bar and belongs in the table.
fn interval(estimate: &Estimate) -> Option<[f64; 2]> {
    let seen = estimate.value.is_some_and(|value| value != 0.0);
    estimate.ci95.filter(|ends| seen && ends[0] < ends[1])
}

/// The highest point that a bar needs.
fn top(estimate: &Estimate) -> f64 {
    let high = finite(interval(estimate).map(|ends| ends[1])).unwrap_or(0.0);
    finite(estimate.value).unwrap_or(0.0).max(high)
}

fn finite(x: Option<f64>) -> Option<f64> {
    x.filter(|x| x.is_finite())
}

//! A line over time, with a band around it.

use plotters::element::{PathElement, Polygon};
use plotters::style::Color;

use super::axes::{self, Axis, Grid};
use super::canvas::UNIT;
use super::{Colour, Figure};

/// A point of the line: when (hours from the start), and low, middle and high.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Point {
    pub(in crate::report) at_h: f64,
    pub(in crate::report) low: f64,
    pub(in crate::report) middle: f64,
    pub(in crate::report) high: f64,
}

/// Draws the band from low to high and the line through the middle. Zero is always in view and,
/// where the band crosses it, the part below it is marked.
pub(in crate::report) fn draw(figure: &Figure, points: &[Point], time: &Axis, name: &str, colour: Colour) -> String {
    let least = points.iter().map(|point| point.low).fold(0.0, f64::min);
    let most = points.iter().map(|point| point.high).fold(0.0, f64::max);
    let y = Axis::round(least, most, 5, name);
    let along = |height: &dyn Fn(&Point) -> f64| -> Vec<(f64, f64)> {
        points.iter().map(|point| (time.clamp(point.at_h), y.clamp(height(point)))).collect()
    };
    let area_between = |low: &dyn Fn(&Point) -> f64, high: &dyn Fn(&Point) -> f64| {
        let (mut outline, above) = (along(low), along(high));
        outline.extend(above.into_iter().rev());
        outline
    };
    figure.draw(|area| {
        let mut chart = axes::draw(area, time, &y, Grid::Horizontal, 64)?;
        if points.iter().any(|point| point.low < point.high) {
            let band = area_between(&|point| point.low, &|point| point.high);
            chart.draw_series([Polygon::new(band, colour.veil(0.28).filled())])?;
        }
        let style = colour.solid().stroke_width(2 * UNIT.unsigned_abs());
        chart.draw_series([PathElement::new(along(&|point| point.middle), style)])?;
        if least < 0.0 {
            let below = area_between(&|point| point.low.min(0.0), &|point| point.high.min(0.0));
            chart.draw_series([Polygon::new(below, Colour::Short.veil(0.75).filled())])?;
            let zero = Colour::Ink.solid().stroke_width(UNIT.unsigned_abs());
            let ends = vec![(time.low, 0.0), (time.high, 0.0)];
            chart.draw_series([PathElement::new(ends, zero)])?;
        }
        Ok(())
    })
}

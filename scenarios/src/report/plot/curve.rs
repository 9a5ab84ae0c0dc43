//! A value by whole numbers: points joined by lines, and levels that they are held against.

use plotters::element::{Circle, PathElement, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axes::{self, Axis, Grid};
use super::canvas::{UNIT, text_style};
use super::{Colour, Figure};

/// A value that the points are held against.
pub(in crate::report) struct Level {
    pub(in crate::report) label: String,
    pub(in crate::report) at: f64,
    pub(in crate::report) colour: Colour,
}

/// Draws the points, whose first coordinates are whole numbers; `names` are those of the axes.
pub(in crate::report) fn draw(figure: &Figure, points: &[(u32, f64)], levels: &[Level], names: [&str; 2]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let values = || points.iter().map(|point| point.1).chain(levels.iter().map(|level| level.at));
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let ticks = (first.0..=last.0).map(|at| (f64::from(at), at.to_string())).collect();
    let x = Axis::of(f64::from(first.0) - 0.5, f64::from(last.0) + 0.5, ticks, names[0]);
    let y = Axis::round(low, high, 5, names[1]);
    figure.draw(|area| {
        let mut chart = axes::draw(area, &x, &y, Grid::Horizontal, 96)?;
        for Level { label, at, colour } in levels {
            let at = y.clamp(*at);
            let line = colour.solid().stroke_width(UNIT.unsigned_abs());
            chart.draw_series([PathElement::new(vec![(x.low, at), (x.high, at)], line)])?;
            let (right, down) = chart.backend_coord(&(x.high, at));
            let style = text_style(12, *colour).pos(Pos::new(HPos::Right, VPos::Bottom));
            area.draw(&Text::new(label.as_str(), (right - 2 * UNIT, down - 2 * UNIT), style))?;
        }
        let places: Vec<_> = points.iter().map(|&(at, value)| (f64::from(at), y.clamp(value))).collect();
        let line = Colour::Blue.solid().stroke_width(2 * UNIT.unsigned_abs());
        chart.draw_series([PathElement::new(places.clone(), line)])?;
        chart.draw_series(places.iter().map(|&at| Circle::new(at, 4 * UNIT, Colour::Blue.solid().filled())))?;
        Ok(())
    })
}

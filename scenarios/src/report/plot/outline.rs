//! Distributions over one axis, one filled and others as outlines, with marks across them.

use plotters::element::{PathElement, Polygon, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axes::{self, Axis, Grid};
use super::canvas::{UNIT, text_style};
use super::{Colour, Figure};

/// Shares of one distribution by bin.
pub(in crate::report) struct Outline {
    pub(in crate::report) colour: Colour,
    pub(in crate::report) shares: Vec<f64>,
}

/// A value across which a line is drawn.
pub(in crate::report) struct Mark {
    pub(in crate::report) label: String,
    pub(in crate::report) at: f64,
    pub(in crate::report) colour: Colour,
}

/// Draws distributions over the bins between `edges`: the first filled, the others as lines.
pub(in crate::report) fn draw(
    figure: &Figure,
    edges: &[f64],
    outlines: &[Outline],
    marks: &[Mark],
    name: &str,
) -> String {
    let (Some(&low), Some(&high)) = (edges.first(), edges.last()) else { return String::new() };
    let most = outlines.iter().flat_map(|outline| &outline.shares).copied().fold(0.0, f64::max);
    let x = Axis::round(low, high, 8, name).cut_to(low, high);
    let y = Axis::round(0.0, 100.0 * most, 5, "share in %");
    figure.draw(|area| {
        let mut chart = axes::draw(area, &x, &y, Grid::Horizontal, 56)?;
        for (at, Outline { colour, shares }) in outlines.iter().enumerate() {
            let tops = shares.iter().zip(edges.windows(2)).flat_map(|(share, ends)| {
                let top = y.clamp(100.0 * share);
                [(ends[0], top), (ends[1], top)]
            });
            let path: Vec<_> = [(low, 0.0)].into_iter().chain(tops).chain([(high, 0.0)]).collect();
            if at == 0 {
                chart.draw_series([Polygon::new(path, colour.solid().filled())])?;
            } else {
                let line = colour.solid().stroke_width(2 * UNIT.unsigned_abs());
                chart.draw_series([PathElement::new(path, line)])?;
            }
        }
        for (row, Mark { label, at, colour }) in (0..).zip(marks) {
            let at = x.clamp(*at);
            let line = colour.solid().stroke_width(UNIT.unsigned_abs());
            chart.draw_series([PathElement::new(vec![(at, 0.0), (at, y.high)], line)])?;
            let (right, down) = chart.backend_coord(&(at, y.high));
            let beyond = at - low > 0.7 * (high - low);
            let (side, hpos) = if beyond { (-4, HPos::Right) } else { (4, HPos::Left) };
            let style = text_style(12, *colour).pos(Pos::new(hpos, VPos::Top));
            area.draw(&Text::new(label.as_str(), (right + side * UNIT, down + (2 + 16 * row) * UNIT), style))?;
        }
        Ok(())
    })
}

//! Horizontal bars, one per asset, the largest on top.

use plotters::element::{Rectangle, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axes::{self, Axis, Grid};
use super::canvas::{UNIT, text_style};
use super::{Colour, Figure};

/// A bar: its label, its length, the text behind it, its colour.
pub(in crate::report) struct Slice {
    pub(in crate::report) label: String,
    pub(in crate::report) value: f64,
    pub(in crate::report) text: String,
    pub(in crate::report) colour: Colour,
}

/// Height in CSS pixels that `slices` bars need.
pub(in crate::report) fn height(slices: usize) -> u32 {
    62 + 22 * u32::try_from(slices).unwrap_or(0).min(200)
}

/// Bars from zero, in the order given from top to bottom; `unit` names the horizontal axis.
pub(in crate::report) fn draw(figure: &Figure, slices: &[Slice], unit: &str) -> String {
    let count = f64::from(u32::try_from(slices.len()).unwrap_or(0));
    let top = slices.iter().map(|slice| slice.value).filter(|v| v.is_finite()).fold(0.0, f64::max);
    // Room behind the longest bar for its text.
    let x = Axis::round(0.0, top, 6, unit).cut_to(0.0, if top > 0.0 { top * 1.16 } else { 1.0 });
    let middle = |at: usize| count - f64::from(u32::try_from(at).unwrap_or(0)) - 0.5;
    let labels = slices.iter().enumerate().map(|(at, slice)| (middle(at), slice.label.clone()));
    let y = Axis::of(0.0, count.max(1.0), labels.collect(), "");
    figure.draw(|area| {
        let mut chart = axes::draw(area, &x, &y, Grid::Vertical, 190)?;
        let anchor = Pos::new(HPos::Left, VPos::Center);
        let text = text_style(11, Colour::Ink).pos(anchor);
        for (at, slice) in slices.iter().enumerate() {
            let (middle, value) = (middle(at), x.clamp(slice.value));
            let corners = [(0.0, middle - 0.34), (value, middle + 0.34)];
            chart.draw_series([Rectangle::new(corners, slice.colour.solid().filled())])?;
            let (right, down) = chart.backend_coord(&(value, middle));
            let style = text.clone();
            area.draw(&Text::new(slice.text.clone(), (right + 6 * UNIT, down), style))?;
        }
        Ok(())
    })
}

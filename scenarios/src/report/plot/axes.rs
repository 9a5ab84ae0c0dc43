//! Axes: round ticks, a grid of horizontal lines, labels. All ticks are chosen here, so nothing
//! depends on how a library spreads them.

use plotters::chart::{ChartBuilder, ChartContext, LabelAreaPosition};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, SVGBackend};
use plotters::style::{Color, TRANSPARENT};
use std::ops::Range;

use super::canvas::{Area, Colour, DrawError, UNIT, text_style};
use crate::report::number::{exponent, plain};

/// A real coordinate whose ticks are given, not computed.
pub(in crate::report) struct Coordinate {
    inner: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Ranged for Coordinate {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn range(&self) -> Range<f64> {
        self.inner.range()
    }

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.inner.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }
}

/// A chart with two real axes.
pub(in crate::report) type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Coordinate, Coordinate>>;

/// A real axis: its ends and its labelled ticks.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Axis {
    pub(in crate::report) low: f64,
    pub(in crate::report) high: f64,
    pub(in crate::report) ticks: Vec<(f64, String)>,
    /// What the axis shows, with its unit.
    pub(in crate::report) name: String,
}

impl Axis {
    /// An axis over `low..high`, widened to round ends, with about `count` round ticks.
    pub(in crate::report) fn round(low: f64, high: f64, count: u32, name: &str) -> Self {
        let ticks = round_ticks(low, high, count);
        let labelled = ticks.iter().map(|&at| (at, plain(at).replace('-', "−"))).collect();
        let ends = (ticks.first().copied(), ticks.last().copied());
        let (low, high) = (ends.0.unwrap_or(0.0), ends.1.unwrap_or(1.0));
        Self { low, high, ticks: labelled, name: name.to_owned() }
    }

    /// An axis from `low` to `high` as they are, with the given ticks.
    pub(in crate::report) fn of(low: f64, high: f64, ticks: Vec<(f64, String)>, name: &str) -> Self {
        Self { low, high, ticks, name: name.to_owned() }
    }

    /// Keeps the ends as given but only the ticks between them.
    pub(in crate::report) fn cut_to(mut self, low: f64, high: f64) -> Self {
        self.ticks.retain(|(at, _)| (low..=high).contains(at));
        (self.low, self.high) = (low, high);
        self
    }

    /// `value` if it lies on the axis, else the nearer end: what cannot be drawn is drawn at the
    /// edge, and a value that is no number at the low end.
    pub(in crate::report) fn clamp(&self, value: f64) -> f64 {
        if value.is_nan() { self.low } else { value.max(self.low).min(self.high) }
    }

    fn label(&self, at: f64) -> String {
        let tick = self.ticks.iter().find(|(tick, _)| tick.total_cmp(&at).is_eq());
        tick.map(|(_, label)| label.clone()).unwrap_or_default()
    }

    fn coordinate(&self) -> Coordinate {
        let on_axis = |at: &f64| (self.low..=self.high).contains(at);
        let ticks = self.ticks.iter().map(|(at, _)| *at).filter(on_axis).collect();
        Coordinate { inner: (self.low..self.high).into(), ticks }
    }
}

/// Round numbers (1, 2 or 5 times a power of ten apart) from at or below `low` to at or above
/// `high`; about `count` of them. Ends that are not finite or not in order give 0 and 1.
pub(in crate::report) fn round_ticks(low: f64, high: f64, count: u32) -> Vec<f64> {
    let span = high - low;
    if !(span > 1e-290 && span.is_finite() && low.abs().max(high.abs()) < 1e9 * span) {
        return vec![0.0, 1.0];
    }
    let rough = span / f64::from(count.max(1));
    let ten = format!("1e{}", exponent(rough)).parse::<f64>().unwrap_or(1.0);
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * ten);
    let step = step.into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let (first, last) = ((low / step).floor(), (high / step).ceil());
    let mut ticks = Vec::new();
    let mut at = first;
    while at <= last && ticks.len() < 100 {
        // Dividing by a whole number where the step is a fraction keeps 0.3 from being 0.30000004.
        ticks.push(if step < 1.0 { at / (1.0 / step).round() } else { at * step });
        at += 1.0;
    }
    ticks
}

/// Which lines of the grid are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Grid {
    /// At the ticks of the vertical axis.
    Horizontal,
    /// At the ticks of the horizontal axis.
    Vertical,
}

/// Draws the axes on `area` and returns the chart to draw on. `left` is the room for the labels
/// of the vertical axis in CSS pixels.
pub(in crate::report) fn draw<'a, 'b>(
    area: &'a Area<'b>,
    x: &Axis,
    y: &Axis,
    grid: Grid,
    left: i32,
) -> Result<Chart<'a, 'b>, DrawError> {
    let bottom = if x.name.is_empty() { 24 } else { 42 };
    let mut chart = ChartBuilder::on(area)
        .margin_top(10 * UNIT)
        .margin_right(14 * UNIT)
        .set_label_area_size(LabelAreaPosition::Left, left * UNIT)
        .set_label_area_size(LabelAreaPosition::Bottom, bottom * UNIT)
        .build_cartesian_2d(x.coordinate(), y.coordinate())?;
    let labels = text_style(11, Colour::Faint);
    let line = Colour::Grid.solid().stroke_width(UNIT.unsigned_abs());
    let mut mesh = chart.configure_mesh();
    mesh.set_all_tick_mark_size(4 * UNIT);
    match grid {
        Grid::Horizontal => mesh.disable_x_mesh(),
        Grid::Vertical => mesh.disable_y_mesh().set_tick_mark_size(LabelAreaPosition::Left, 0),
    };
    mesh.bold_line_style(line)
        .light_line_style(TRANSPARENT)
        .axis_style(Colour::Faint.solid().stroke_width(UNIT.unsigned_abs()))
        .label_style(labels.clone())
        .axis_desc_style(labels)
        .x_label_formatter(&|at| x.label(*at))
        .y_label_formatter(&|at| y.label(*at))
        .x_desc(x.name.as_str())
        .y_desc(y.name.as_str())
        .draw()?;
    Ok(chart)
}

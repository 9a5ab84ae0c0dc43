//! The figures of the report, as inline SVG drawn by `plotters`.
//!
//! A figure is drawn in marker colours which are then replaced by CSS variables, so that the page
//! can show it light, dark or on paper; sizes are in CSS pixels. Every figure carries a title and
//! a description for those who cannot see it. No figure computes a statistic.

pub(super) mod axes;
pub(super) mod band;
pub(super) mod bars;
pub(super) mod canvas;
pub(super) mod curve;
pub(super) mod histogram;
pub(super) mod mix;
pub(super) mod outline;

pub(super) use canvas::{Colour, Figure};

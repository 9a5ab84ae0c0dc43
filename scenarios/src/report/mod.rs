//! A run for people: the table that `run` prints and the report page.
//!
//! The page is one HTML file with inline SVG: no script, nothing from outside, light and dark,
//! fit for print and for screen readers (every figure has a text and a table beside it). It
//! shows what [`crate::results::Summary`] holds and computes no statistics of its own; it holds
//! no time, path or machine, so equal runs give equal pages.

pub(crate) mod number;
mod text;
pub(crate) mod words;

pub use text::text_table;

//! A run for people: the table that `run` prints and the report page.
//!
//! The page is one HTML file with inline SVG: no script, nothing from outside, light and dark,
//! fit for print and for screen readers (every figure has a text and a table beside it). It
//! shows what [`crate::results::Summary`] holds and computes no statistics of its own; it holds
//! no time, path or machine, so equal runs give equal pages.

mod answer;
mod assets;
mod calendar;
mod closing;
mod comparison;
mod course;
mod html;
mod margin;
mod network;
pub(crate) mod number;
mod operation;
mod page;
mod plot;
mod quantum;
mod study;
mod text;
mod variants;
mod when;
pub(crate) mod words;

#[cfg(test)]
mod tests;

pub(crate) use comparison::comparison;
pub use page::render;
pub use study::{AssetLabel, Study};
pub use text::text_table;
pub use variants::variants_table;

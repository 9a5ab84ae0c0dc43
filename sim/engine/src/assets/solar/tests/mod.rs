//! Tests of the solar models as a whole: against pvlib, and for every input.

mod chain;
mod properties;
mod reference;
mod sky;
mod table;

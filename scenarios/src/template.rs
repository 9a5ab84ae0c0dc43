//! The scenario that `energyopti init` writes: small, commented, without files.

/// Its text.
#[must_use]
pub fn template() -> &'static str {
    include_str!("template.toml")
}

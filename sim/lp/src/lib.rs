//! Boxed linear programs whose matrix stays while costs, bounds and right-hand sides change.

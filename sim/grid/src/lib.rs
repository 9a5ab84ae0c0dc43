//! Networks: cases, power flow and optimal power flow. No simulation: usable alone.

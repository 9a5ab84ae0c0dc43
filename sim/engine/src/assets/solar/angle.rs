//! Sines and cosines of degrees, and angles brought back to one turn.

/// Sine of an angle in degrees.
#[inline(always)]
pub(super) fn sin_deg(angle_deg: f64) -> f64 {
    libm::sin(angle_deg.to_radians())
}

/// Cosine of an angle in degrees.
#[inline(always)]
pub(super) fn cos_deg(angle_deg: f64) -> f64 {
    libm::cos(angle_deg.to_radians())
}

/// The same angle in [0, 360) degrees.
#[inline(always)]
pub(super) fn one_turn(angle_deg: f64) -> f64 {
    let turned = angle_deg - 360.0 * (angle_deg / 360.0).floor();
    // A tiny negative angle rounds up to a full turn.
    if turned < 360.0 { turned } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_come_back_to_one_turn() {
        assert!((one_turn(-90.0) - 270.0).abs() < 1e-12);
        assert!((one_turn(725.0) - 5.0).abs() < 1e-12);
        assert!(one_turn(-1e-20) == 0.0);
    }
}

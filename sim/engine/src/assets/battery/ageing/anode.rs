//! Potential of a graphite anode against lithium, by state of charge: from a table.
//!
//! The formula has four hyperbolic tangents and an exponential, too dear for every lane and step.
//! The tangents are read from a table; the exponential, steep near empty, is computed.

use crate::elementary;
use crate::lanes::{LANES, Lanes};

/// Cells of the table, even in state of charge.
const CELLS: u32 = 512;
/// Lithium in the anode, per site, when empty and when full (M. Schimpe et al., "Comprehensive
/// modeling of temperature-dependent degradation mechanisms in lithium iron phosphate batteries",
/// J. Electrochem. Soc. 165(2), A181, 2018).
const EMPTY: f64 = 8.5e-3;
const FULL: f64 = 0.78;
/// Tangents of the open-circuit potential of graphite: height in V, middle, width (M. Safari,
/// C. Delacourt, "Modeling of a commercial graphite/LiFePO4 cell", J. Electrochem. Soc. 158(5),
/// A562, 2011). With them stand a constant and an exponential.
const TANGENTS: [(f64, f64, f64); 4] =
    [(-0.044, 0.1958, 0.1088), (-0.1978, 1.0571, 0.0854), (-0.6875, -0.0117, 0.0529), (-0.0175, 0.5692, 0.0875)];
const CONSTANT: f64 = 0.6379;
const EXPONENTIAL: (f64, f64) = (0.5416, -305.5309);

#[inline(always)]
fn lithiation(soc: f64) -> f64 {
    EMPTY + soc * (FULL - EMPTY)
}

/// Cubic through values and slopes (Hermite). Against the formula it errs by less than 1e-8 V,
/// which moves the ageing rates by less than 2e-7 of themselves.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Anode {
    /// Value in V and slope in V per cell, at each node.
    nodes: Vec<[f64; 2]>,
}

impl Anode {
    pub(super) fn new() -> Self {
        let per_cell = (FULL - EMPTY) / f64::from(CELLS);
        let nodes = (0..=CELLS).map(|node| {
            let x = lithiation(f64::from(node) / f64::from(CELLS));
            TANGENTS.iter().fold([CONSTANT, 0.0], |[value, slope], &(height, middle, width)| {
                let tangent = libm::tanh((x - middle) / width);
                [value + height * tangent, slope + height * (1.0 - tangent * tangent) / width * per_cell]
            })
        });
        Self { nodes: nodes.collect() }
    }

    /// Potential in V at state of charge `soc`, cut to 0-1.
    #[inline(always)]
    pub(super) fn potential(&self, soc: f64) -> f64 {
        self.smooth(soc) + steep(soc)
    }

    /// The same for a row. The table is read first, by itself, so that the rest vectorises.
    #[inline(always)]
    pub(super) fn potentials(&self, soc: &Lanes, out: &mut Lanes) {
        for lane in 0..LANES {
            out[lane] = self.smooth(soc[lane]);
        }
        for lane in 0..LANES {
            out[lane] += steep(soc[lane]);
        }
    }

    #[inline(always)]
    fn smooth(&self, soc: f64) -> f64 {
        let place = cut(soc) * f64::from(CELLS);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to CELLS")]
        let cell = (place as u32).min(CELLS - 1);
        let t = place - f64::from(cell);
        let ([a, a_slope], [b, b_slope]) = (self.nodes[cell as usize], self.nodes[cell as usize + 1]);
        let rise = b - a;
        let (square, cube) = (3.0 * rise - 2.0 * a_slope - b_slope, a_slope + b_slope - 2.0 * rise);
        a + t * (a_slope + t * (square + t * cube))
    }
}

/// The exponential near empty, V.
#[inline(always)]
fn steep(soc: f64) -> f64 {
    EXPONENTIAL.0 * elementary::exp(EXPONENTIAL.1 * lithiation(cut(soc)))
}

#[inline(always)]
fn cut(soc: f64) -> f64 {
    let soc = if soc > 0.0 { soc } else { 0.0 };
    if soc < 1.0 { soc } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_within_ten_nanovolts_of_the_formula() {
        let anode = Anode::new();
        let worst = (0..=100_003u32).map(|i| {
            let soc = f64::from(i) / 100_003.0;
            let x = lithiation(soc);
            let want = 0.6379 + 0.5416 * libm::exp(-305.5309 * x) + 0.044 * libm::tanh(-(x - 0.1958) / 0.1088)
                - 0.1978 * libm::tanh((x - 1.0571) / 0.0854)
                - 0.6875 * libm::tanh((x + 0.0117) / 0.0529)
                - 0.0175 * libm::tanh((x - 0.5692) / 0.0875);
            (anode.potential(soc) - want).abs()
        });
        let worst = worst.fold(0.0, f64::max);
        assert!(worst < 1e-8, "{worst:e}");
    }
}

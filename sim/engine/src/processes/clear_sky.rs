//! The clear-sky index as regimes: clear, broken and overcast sky. A choice of parameters and no
//! machinery of its own.
//!
//! That short-term irradiance has two modes, one for clear and one for covered sky, is measured by
//! M. Jurado, J. M. Caridad and V. Ruiz ("Statistical distribution of the clearness index with
//! radiation data integrated over five minute intervals", Solar Energy 55, 1995); that the index is
//! bounded and leans towards clear sky, by K. G. T. Hollands and R. G. Huget ("A probability density
//! function for the clearness index, with applications", Solar Energy 30, 1983). The numbers below
//! are typical of that picture for a mid-latitude site and are fitted to no site: with a mean of
//! 0.67 they serve until a site's own record is at hand.

use super::{Bounds, Kind, Process, Regime, Regimes};

/// A clear-sky index (global irradiance over that of a clear sky, 1) with typical parameters, cut
/// to 0.05..1.2: clear 1.00 +- 0.05 for 8 h, broken 0.70 +- 0.20 for 4 h, overcast 0.30 +- 0.12 for
/// 8 h, the index within a regime with a half-life of 1 h. Clear and covered sky mostly change by
/// way of broken sky.
#[must_use]
pub fn clear_sky_markov(name: &str) -> Process {
    let regime = |mean, standard_deviation, mean_sojourn_h, next: [f64; 3]| Regime {
        mean,
        standard_deviation,
        mean_sojourn_h,
        next: next.to_vec(),
    };
    let states = vec![
        regime(1.0, 0.05, 8.0, [0.0, 0.9, 0.1]),
        regime(0.7, 0.2, 4.0, [0.5, 0.0, 0.5]),
        regime(0.3, 0.12, 8.0, [0.1, 0.9, 0.0]),
    ];
    let kind = Kind::Regimes(Regimes { states, half_life_h: 1.0 });
    Process { bounds: Bounds { min: 0.05, max: 1.2 }, ..Process::new(name, kind) }
}

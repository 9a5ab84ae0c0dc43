//! Wind shear: how much faster the wind blows at the hub than at the mast.
//!
//! Every profile is a factor on the mast's speed that depends on heights and ground alone: one
//! number per plant (or per step, where the roughness changes with the season), never per lane.
//! Not here: stability of the air, direction, terrain.

use crate::assets::fault::{Fault, not_negative, positive};

/// Exponent of the power law that many studies take over open land: 1/7 (so E. Sharp,
/// "Spatiotemporal disaggregation of GB scenarios", thesis, UCL 2015, p. 83).
pub const HELLMAN_EXPONENT_OPEN_LAND: f64 = 1.0 / 7.0;

/// Share of the height of surrounding obstacles by which the profile is lifted (V. Quaschning,
/// "Regenerative Energiesysteme", 2011, p. 278).
const DISPLACEMENT_SHARE: f64 = 0.7;

/// Profile of wind speed over height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shear {
    /// `ln((hub - d) / z0) / ln((mast - d) / z0)`, `d = 0.7` obstacle height (R. Gasch, J. Twele,
    /// "Windkraftanlagen", 6th ed. 2010, p. 129; V. Quaschning as above).
    Logarithmic {
        /// Roughness length z0 in m: 0.0002 open sea, 0.03 grass, 0.1 crops and hedges, 1 town.
        roughness_length_m: f64,
        /// Height of surrounding obstacles in m; 0 where they are widespread (then z0 holds them).
        obstacle_height_m: f64,
    },
    /// `(hub / mast)^exponent` (G. Hellmann, "Über die Bewegung der Luft in den untersten Schichten
    /// der Atmosphäre", 1916).
    Hellman {
        /// Often [`HELLMAN_EXPONENT_OPEN_LAND`]; 1/9 at sea.
        exponent: f64,
    },
    /// The power law with the exponent `1 / ln(hub / z0)` (E. Hau, "Windkraftanlagen", 4th ed.
    /// 2008, p. 517).
    HellmanByRoughness {
        /// Roughness length z0 in m.
        roughness_length_m: f64,
    },
}

impl Shear {
    /// Speed at `hub_height_m` over speed at `mast_height_m`, both heights in m above ground.
    #[must_use]
    pub fn factor(&self, mast_height_m: f64, hub_height_m: f64) -> f64 {
        match *self {
            Self::Logarithmic { roughness_length_m: z0, obstacle_height_m } => {
                let d = DISPLACEMENT_SHARE * obstacle_height_m;
                libm::log((hub_height_m - d) / z0) / libm::log((mast_height_m - d) / z0)
            }
            Self::Hellman { exponent } => libm::pow(hub_height_m / mast_height_m, exponent),
            Self::HellmanByRoughness { roughness_length_m: z0 } => {
                libm::pow(hub_height_m / mast_height_m, 1.0 / libm::log(hub_height_m / z0))
            }
        }
    }

    /// All rules that the profile breaks between these two heights (m).
    #[must_use]
    pub fn faults(&self, mast_height_m: f64, hub_height_m: f64) -> Vec<Fault> {
        let lower = if mast_height_m < hub_height_m { mast_height_m } else { hub_height_m };
        let checks = match *self {
            Self::Logarithmic { roughness_length_m: z0, obstacle_height_m } => {
                let d = DISPLACEMENT_SHARE * obstacle_height_m;
                [
                    Fault::unless(positive(z0), "roughness_length_m", "must be above 0"),
                    Fault::unless(not_negative(obstacle_height_m), "obstacle_height_m", "must be at least 0"),
                    Fault::unless(
                        lower - d > z0,
                        "roughness_length_m",
                        "must be less than the lower of hub and mast height above 0.7 times the obstacles' height",
                    ),
                ]
            }
            Self::Hellman { exponent } => [
                Fault::unless((0.0..=1.0).contains(&exponent), "hellman_exponent", "must lie between 0 and 1"),
                None,
                None,
            ],
            Self::HellmanByRoughness { roughness_length_m: z0 } => [
                Fault::unless(positive(z0), "roughness_length_m", "must be above 0"),
                // At hub = e * z0 the exponent reaches 1, and beyond it has no meaning.
                Fault::unless(
                    hub_height_m > z0 * std::f64::consts::E,
                    "roughness_length_m",
                    "must be less than the hub height divided by 2.72",
                ),
                None,
            ],
        };
        checks.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_agree_with_hand_arithmetic() {
        // ln(135 / 0.03) / ln(10 / 0.03) = 8.411833 / 5.809143 = 1.448033.
        let log = Shear::Logarithmic { roughness_length_m: 0.03, obstacle_height_m: 0.0 };
        assert!((log.factor(10.0, 135.0) - 1.448_033).abs() < 1e-6);
        // 13.5^(1/7) = exp(2.602690 / 7) = 1.450361.
        let power = Shear::Hellman { exponent: HELLMAN_EXPONENT_OPEN_LAND };
        assert!((power.factor(10.0, 135.0) - 1.450_361).abs() < 1e-6);
        // 13.5^(1 / 8.411833) = exp(0.309408) = 1.362618.
        let rough = Shear::HellmanByRoughness { roughness_length_m: 0.03 };
        assert!((rough.factor(10.0, 135.0) - 1.362_618).abs() < 1e-6);
    }

    #[test]
    fn obstacles_lift_the_profile() {
        // d = 0.7 * 10 = 7: ln(93 / 0.5) / ln(3 / 0.5) = 5.225747 / 1.791759 = 2.916545.
        let shear = Shear::Logarithmic { roughness_length_m: 0.5, obstacle_height_m: 10.0 };
        assert!((shear.factor(10.0, 100.0) - 2.916_545).abs() < 1e-6);
    }

    #[test]
    fn heights_below_the_profile_are_faults() {
        let shear = Shear::Logarithmic { roughness_length_m: 0.5, obstacle_height_m: 15.0 };
        assert_eq!(shear.faults(10.0, 100.0).len(), 1);
        assert_eq!(shear.faults(20.0, 100.0), []);
        assert_eq!(Shear::HellmanByRoughness { roughness_length_m: 40.0 }.faults(10.0, 100.0).len(), 1);
        assert_eq!(Shear::Hellman { exponent: f64::NAN }.faults(10.0, 100.0).len(), 1);
    }
}

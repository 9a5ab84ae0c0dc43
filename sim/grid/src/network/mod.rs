//! A network as plain data: buses, generators, branches and what generation costs.
//!
//! The fields and their meaning are those of the MATPOWER case format, version 2 (Zimmerman and
//! Murillo-Sanchez, *MATPOWER User's Manual*, appendix B), with references by index in place of bus
//! numbers. What stands here has been checked by whoever made it; kernels rely on indices in range.

mod cost;

pub use cost::Cost;
use serde::Serialize;

/// A network in one steady state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Network {
    /// What the source calls it.
    pub name: String,
    /// Base power of the per-unit quantities, MVA.
    pub base_mva: f64,
    /// Buses, in the source's order.
    pub buses: Vec<Bus>,
    /// Generators, in the source's order.
    pub generators: Vec<Generator>,
    /// Lines and transformers, in the source's order.
    pub branches: Vec<Branch>,
}

/// What is given at a bus in an AC power flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BusKind {
    /// Active and reactive power.
    #[default]
    Pq,
    /// Active power and voltage magnitude.
    Pv,
    /// Voltage magnitude and angle.
    Slack,
    /// Out of service: nothing is computed here.
    Isolated,
}

/// A bus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bus {
    /// The source's number or name.
    pub name: String,
    /// What is given here.
    pub kind: BusKind,
    /// Active load, MW.
    pub p_load_mw: f64,
    /// Reactive load, Mvar.
    pub q_load_mvar: f64,
    /// Shunt conductance: MW consumed at 1 pu voltage.
    pub g_shunt_mw: f64,
    /// Shunt susceptance: Mvar injected at 1 pu voltage.
    pub b_shunt_mvar: f64,
    /// Voltage magnitude of the source's state, pu.
    pub vm_pu: f64,
    /// Voltage angle of the source's state, degrees. The slack's is its reference.
    pub va_deg: f64,
    /// Nominal voltage, kV.
    pub v_nom_kv: f64,
    /// Area of the source.
    pub area: u32,
}

/// A generator, or a dispatchable load where `p_min_mw` is negative.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Generator {
    /// Index of its bus.
    pub bus: usize,
    /// Whether it runs.
    pub in_service: bool,
    /// Active power of the source's state, MW.
    pub p_mw: f64,
    /// Reactive power of the source's state, Mvar.
    pub q_mvar: f64,
    /// Least and most active power, MW.
    pub p_min_mw: f64,
    /// See `p_min_mw`.
    pub p_max_mw: f64,
    /// Least and most reactive power, Mvar; may be infinite.
    pub q_min_mvar: f64,
    /// See `q_min_mvar`.
    pub q_max_mvar: f64,
    /// Voltage set-point of its bus, pu.
    pub vm_pu: f64,
    /// What an hour at a power costs.
    pub cost: Cost,
}

/// A line or a transformer: the pi model with an ideal tap and phase shifter at its `from` end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Branch {
    /// Index of the bus at the tap's side.
    pub from: usize,
    /// Index of the other bus.
    pub to: usize,
    /// Whether it carries current.
    pub in_service: bool,
    /// Series resistance, pu.
    pub r_pu: f64,
    /// Series reactance, pu.
    pub x_pu: f64,
    /// Total charging susceptance, pu.
    pub b_pu: f64,
    /// Off-nominal turns ratio; 1 for a line.
    pub tap: f64,
    /// Phase shift, degrees; positive delays.
    pub shift_deg: f64,
    /// Limit of active (DC) or apparent power, MW or MVA; infinite where unlimited.
    pub rate_mw: f64,
    /// Least and most angle difference `from - to`, degrees, as the source gives them.
    pub angle_min_deg: f64,
    /// See `angle_min_deg`.
    pub angle_max_deg: f64,
}

/// A PQ bus without load or shunt, at 1 pu.
impl Default for Bus {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: BusKind::Pq,
            p_load_mw: 0.0,
            q_load_mvar: 0.0,
            g_shunt_mw: 0.0,
            b_shunt_mvar: 0.0,
            vm_pu: 1.0,
            va_deg: 0.0,
            v_nom_kv: 1.0,
            area: 1,
        }
    }
}

/// A generator in service at the first bus that gives no active power, free of cost and of reactive
/// limits, and holds 1 pu.
impl Default for Generator {
    fn default() -> Self {
        Self {
            bus: 0,
            in_service: true,
            p_mw: 0.0,
            q_mvar: 0.0,
            p_min_mw: 0.0,
            p_max_mw: 0.0,
            q_min_mvar: f64::NEG_INFINITY,
            q_max_mvar: f64::INFINITY,
            vm_pu: 1.0,
            cost: Cost::default(),
        }
    }
}

/// A line in service without losses, charging or limits; its ends and its reactance are to be given.
impl Default for Branch {
    fn default() -> Self {
        Self {
            from: 0,
            to: 0,
            in_service: true,
            r_pu: 0.0,
            x_pu: 0.0,
            b_pu: 0.0,
            tap: 1.0,
            shift_deg: 0.0,
            rate_mw: f64::INFINITY,
            angle_min_deg: -360.0,
            angle_max_deg: 360.0,
        }
    }
}

/// How a branch carries active power in the linear (DC) model. Published figures differ by it, so
/// nothing chooses one silently. Flow is `b (va_from - va_to - shift)` with `b` as below, in pu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BranchModel {
    /// `b = x / (r^2 + x^2)`; taps and shifts ignored (`PowerModels`, `PGLib`'s baselines).
    Dcp,
    /// `b = 1 / (x tap)`; shifts kept (MATPOWER).
    Matpower,
    /// `b = 1 / x`; taps and shifts ignored (PLEXOS, `PyPSA` lines).
    Reactance,
}

impl BranchModel {
    /// Susceptance in pu, and shift in radians, of a branch.
    #[must_use]
    pub fn of(self, branch: &Branch) -> (f64, f64) {
        self.law(branch.r_pu, branch.x_pu, branch.tap, branch.shift_deg)
    }

    /// The same from the branch's resistance and reactance in pu, turns ratio, and shift in degrees.
    #[must_use]
    pub fn law(self, r_pu: f64, x_pu: f64, tap: f64, shift_deg: f64) -> (f64, f64) {
        match self {
            Self::Dcp => (x_pu / (r_pu * r_pu + x_pu * x_pu), 0.0),
            Self::Matpower => (1.0 / (x_pu * tap), shift_deg.to_radians()),
            Self::Reactance => (1.0 / x_pu, 0.0),
        }
    }
}

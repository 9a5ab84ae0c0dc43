//! The pi model of a branch as a two-port, and checks of the numbers it is made of.

use super::error::FlowError;
use super::graph::is_live;
use crate::network::Network;

/// A complex number as (real, imaginary).
pub(crate) type Complex = (f64, f64);

/// `i_from = ff v_from + ft v_to`, `i_to = tf v_from + tt v_to`, all in pu.
///
/// With `y = 1 / (r + j x)` and the tap `a = tap e^(j shift)` at the from end (MATPOWER User's
/// Manual, eq. 3.2): `tt = y + j b / 2`, `ff = tt / |a|^2`, `ft = -y / conj(a)`, `tf = -y / a`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TwoPort {
    pub ff: Complex,
    pub ft: Complex,
    pub tf: Complex,
    pub tt: Complex,
}

/// The two-ports of all branches; `None` where no current flows.
pub(crate) fn two_ports(network: &Network) -> Result<Vec<Option<TwoPort>>, FlowError> {
    let one = |index: usize| is_live(network, index).then(|| two_port(network, index)).transpose();
    (0..network.branches.len()).map(one).collect()
}

fn two_port(network: &Network, index: usize) -> Result<TwoPort, FlowError> {
    let branch = &network.branches[index];
    let size = branch.r_pu * branch.r_pu + branch.x_pu * branch.x_pu;
    let (g, b) = (branch.r_pu / size, -branch.x_pu / size);
    let charging = branch.b_pu / 2.0;
    let shift = branch.shift_deg.to_radians();
    let (sine, cosine) = (libm::sin(shift), libm::cos(shift));
    let (yr, yi) = (-g / branch.tap, -b / branch.tap);
    let tap_squared = branch.tap * branch.tap;
    let port = TwoPort {
        ff: (g / tap_squared, (b + charging) / tap_squared),
        ft: (yr * cosine - yi * sine, yi * cosine + yr * sine),
        tf: (yr * cosine + yi * sine, yi * cosine - yr * sine),
        tt: (g, b + charging),
    };
    let all = [port.ff, port.ft, port.tf, port.tt];
    if all.iter().all(|y| y.0.is_finite() && y.1.is_finite()) { Ok(port) } else { Err(fault(network, index)) }
}

/// Says which number of a branch without a finite admittance is at fault.
pub(crate) fn fault(network: &Network, index: usize) -> FlowError {
    let branch = &network.branches[index];
    let numbers = [
        ("resistance", branch.r_pu),
        ("reactance", branch.x_pu),
        ("charging", branch.b_pu),
        ("tap", branch.tap),
        ("shift", branch.shift_deg),
    ];
    match numbers.iter().find(|(_, value)| !value.is_finite()) {
        Some((quantity, _)) => FlowError::NotFinite { item: format!("branch {}", index + 1), quantity },
        None => FlowError::NoImpedance {
            row: index + 1,
            from: network.buses[branch.from].name.clone(),
            to: network.buses[branch.to].name.clone(),
        },
    }
}

/// Refuses a network whose buses or running generators hold numbers no flow can be computed from.
pub(crate) fn check_numbers(network: &Network) -> Result<(), FlowError> {
    if !(network.base_mva.is_finite() && network.base_mva > 0.0) {
        return Err(FlowError::BaseMva(network.base_mva));
    }
    for bus in &network.buses {
        let numbers = [
            ("load", bus.p_load_mw + bus.q_load_mvar),
            ("shunt", bus.g_shunt_mw + bus.b_shunt_mvar),
            ("voltage", bus.vm_pu + bus.va_deg),
        ];
        if let Some((quantity, _)) = numbers.iter().find(|(_, value)| !value.is_finite()) {
            return Err(FlowError::NotFinite { item: format!("bus {}", bus.name), quantity });
        }
    }
    for (index, generator) in network.generators.iter().enumerate().filter(|(_, generator)| generator.in_service) {
        let numbers = [("power", generator.p_mw + generator.q_mvar), ("voltage set-point", generator.vm_pu)];
        if let Some((quantity, _)) = numbers.iter().find(|(_, value)| !value.is_finite()) {
            return Err(FlowError::NotFinite { item: format!("generator {}", index + 1), quantity });
        }
    }
    Ok(())
}

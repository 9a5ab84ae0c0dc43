//! Units that a case converts by code.

use super::{TRIANGLE, triangle};
use crate::Network;
use crate::matpower::parse;

/// The case with `code` behind it.
fn with(code: &str) -> Network {
    parse(&format!("{TRIANGLE}\n{code}\n")).expect("code that can be evaluated").network
}

fn refused(code: &str) -> String {
    let faults = parse(&format!("{TRIANGLE}\n{code}\n")).expect_err(code);
    assert_eq!(faults.faults.len(), 1, "{faults}");
    faults.to_string()
}

#[test]
fn ohms_and_kilowatts_become_per_unit_and_megawatts() {
    let network = with(
        "
        [PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
            VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
        [F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
        Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
        Sbase = mpc.baseMVA * 1e6;              %% in VA
        mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
        mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;",
    );
    // The base impedance is 230 kV squared by 100 MVA, 529 ohms.
    assert!((network.branches[1].r_pu - 0.02 / 529.0).abs() < 1e-18);
    assert!((network.branches[1].x_pu - 0.2 / 529.0).abs() < 1e-18);
    assert!((network.buses[1].p_load_mw - 0.1105).abs() < 1e-15);
    assert!((network.buses[1].q_load_mvar + 0.04).abs() < 1e-15);
    // Nothing else has changed.
    assert_eq!(network.generators, triangle().network.generators);
    assert_eq!(network.branches[1].tap, 0.978);
}

#[test]
fn a_power_factor_splits_apparent_power() {
    let network = with(
        "pf = 0.8;
        mpc.bus(:, QD) = mpc.bus(:, PD) * sin(acos(pf));
        mpc.bus(:, PD) = mpc.bus(:, PD) * pf;",
    );
    // Of 110.5 MVA at 0.8, 66.3 Mvar and 88.4 MW.
    assert!((network.buses[1].q_load_mvar - 66.3).abs() < 1e-12);
    assert!((network.buses[1].p_load_mw - 88.4).abs() < 1e-12);
}

#[test]
fn operators_bind_as_in_matlab() {
    for (expression, expected) in [
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("2 + 3 * 4 / 6 - 1", 3.0),
        ("2./4 + 1.5", 2.0),
        ("(1 + 2) * abs(-3)", 9.0),
        ("1e3 - 1D+3 + 7", 7.0),
    ] {
        let network = with(&format!("k = {expression}; mpc.bus(2, 4) = k"));
        assert!((network.buses[1].q_load_mvar - expected).abs() < 1e-12, "{expression}");
    }
    let network = with("mpc.bus(:, [3 4]) = mpc.bus(:, [3 4]) .* mpc.bus(:, 8) + mpc.bus(:, 4);");
    // 110.5 x 1 - 40 and -40 x 1 - 40.
    assert!((network.buses[1].p_load_mw - 70.5).abs() < 1e-12);
    assert!((network.buses[1].q_load_mvar + 80.0).abs() < 1e-12);
}

#[test]
fn what_is_no_conversion_is_refused_with_its_reason() {
    for (code, reason) in [
        ("mpc.bus(:, 3) = mpc.bus(:, 3) * mpc.bus(:, 3);", "`*` of two columns is a matrix operation"),
        ("mpc.bus(:, 3) = 1 / mpc.bus(:, 3);", "is a matrix operation"),
        ("mpc.bus(:, 3) = mpc.branch(:, 3);", "rows of two tables"),
        ("mpc.bus(:, [3 4]) = mpc.bus(:, [3 4 5]);", "3 columns cannot be put into 2"),
        ("mpc.bus(:, 99) = 1;", "mpc.bus has no column 99"),
        ("mpc.bus(9, 3) = 1;", "mpc.bus has no row 9"),
        ("mpc.bus(:, OTHER) = 1;", "`OTHER` is the name of no column"),
        ("mpc.bus(3, :) = [];", "cannot be evaluated"),
        ("x = unknown * 2;", "`unknown` is not known"),
        ("x = mpc.bus(:, 3);", "a name stands for a single number only"),
        ("x = (1;", "`)` is missing"),
        ("x = 1 2;", "`2` is not expected"),
        ("x =", "it ends too early"),
        ("mpc = scale_load(2, mpc);", "`scale_load` is not known"),
    ] {
        let message = refused(code);
        assert!(message.contains(reason), "{code}: {message}");
    }
    assert!(refused(&format!("x = {}1", "(".repeat(100))).contains("nested too deeply"));
    assert!(refused(&format!("x = 1{}", " + mpc.bus(:, 3)".repeat(100_000))).contains("too long"));
}

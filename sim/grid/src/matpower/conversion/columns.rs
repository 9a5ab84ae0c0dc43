//! The names that MATPOWER gives to the columns of its tables (*User's Manual*, tables B-1 to B-4).

const BUS: [&str; 13] =
    ["BUS_I", "BUS_TYPE", "PD", "QD", "GS", "BS", "BUS_AREA", "VM", "VA", "BASE_KV", "ZONE", "VMAX", "VMIN"];
const GENERATOR: [&str; 10] = ["GEN_BUS", "PG", "QG", "QMAX", "QMIN", "VG", "MBASE", "GEN_STATUS", "PMAX", "PMIN"];
const BRANCH: [&str; 13] = [
    "F_BUS",
    "T_BUS",
    "BR_R",
    "BR_X",
    "BR_B",
    "RATE_A",
    "RATE_B",
    "RATE_C",
    "TAP",
    "SHIFT",
    "BR_STATUS",
    "ANGMIN",
    "ANGMAX",
];
const COST: [&str; 5] = ["MODEL", "STARTUP", "SHUTDOWN", "NCOST", "COST"];

/// Index of a column, from 0.
pub(super) fn index(name: &str) -> Option<usize> {
    [&BUS[..], &GENERATOR, &BRANCH, &COST].into_iter().find_map(|names| names.iter().position(|&own| own == name))
}

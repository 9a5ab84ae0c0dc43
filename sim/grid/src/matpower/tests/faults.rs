//! What a wrong case is told.

use super::TRIANGLE;
use crate::matpower::parse;

/// The faults of the case after `from` has become `to`.
fn after(from: &str, to: &str) -> String {
    assert!(TRIANGLE.contains(from), "{from}");
    parse(&TRIANGLE.replacen(from, to, 1)).expect_err("a fault").to_string()
}

#[test]
fn a_fault_tells_line_column_value_rule_and_what_to_write() {
    let message = after("2 7 0.02 0.2 0 ...\n  150", "2 7 0.02 0.2 0 ...\n  -150");
    let help = "  help: 0 stands for no limit\n1 fault";
    assert_eq!(message, format!("line 20: mpc.branch row 2, rateA = -150 must not be negative\n{help}"));
}

#[test]
fn each_wrong_value_is_a_fault() {
    for (from, to, expected) in [
        ("7 1 9.5e1", "2 1 9.5e1", "mpc.bus row 3, bus_i = 2 is the number of another bus on line 10"),
        ("7 1 9.5e1", "7.5 1 9.5e1", "bus_i = 7.5 must be a whole number above 0"),
        ("7 1 9.5e1", "7 5 9.5e1", "type = 5 is no type of bus"),
        ("7 1 9.5e1", "7 1 NaN", "mpc.bus row 3, Pd = NaN is not a number"),
        ("7 1 9.5e1", "7 1 Inf", "mpc.bus row 3, Pd = inf must be finite"),
        ("7 1 9.5e1", "7 1 9,5e1", "mpc.bus row 3 has 14 columns, the other rows 13"),
        ("7 1 9.5e1", "7 1", "mpc.bus row 3 has 12 columns, the other rows 13"),
        ("7 1 9.5e1", "7 one 9.5e1", "mpc.bus row 3, column 2 = one is not a number"),
        ("7 1 9.5e1", "7 3 9.5e1", "makes bus 7 a second reference beside bus 1 of the same island"),
        ("\t1\t3\t0", "\t1\t2\t0", "mpc.bus has no reference bus"),
        ("\t2\t170", "\t3\t170", "mpc.gen row 2, bus = 3 is the number of no bus"),
        ("1\t140\t0", "1\t140\t141", "mpc.gen row 1, Pmin = 141 is above Pmax = 140"),
        ("-Inf\t1.02", "-Inf\t0", "Vg = 0 must be above 0"),
        ("1 7 0.03", "1 8 0.03", "mpc.branch row 3, tbus = 8 is the number of no bus"),
        ("1 7 0.03", "1 1 0.03", "tbus = 1 is its fbus, too"),
        ("1 2 0.01 0.1", "1 2 0 0", "x = 0 is 0, and r is 0, too"),
        ("0 0 1 -360", "0 0 2 -360", "status = 2 must be 1 (in service) or 0"),
        ("0.978", "-0.978", "ratio = -0.978 must not be negative"),
        ("1 -360 360", "1 360 -360", "angmin = 360 is above angmax = -360"),
        ("2 0 0 3 0.11", "3 0 0 3 0.11", "mpc.gencost row 2, model = 3 is no model"),
        ("2 0 0 3 0.11", "2 0 0 9 0.11", "n = 9 does not fit the 6 numbers behind it"),
        ("2 0 0 3 0.11", "2 0 0 1e300 0.11", "n = 1000"),
        ("50 500 140", "50 500 50", "x = 50 must be above the point before, 50"),
        ("1 0 0 3 0 0", "1 0 0 1 0 0", "too few: a piecewise linear cost"),
        ("2 0 0 3 0.11 5 150 0 0 0", "", "mpc.gencost has 1 rows for 2 generators"),
        ("= 100.0", "= 0", "mpc.baseMVA = 0 must be above 0"),
        ("= 100.0", "= a", "cannot be evaluated"),
        ("mpc.baseMVA", "mpc.base", "mpc.baseMVA is missing"),
        ("mpc.branch", "mpc.branches", "mpc.branch is missing"),
        ("mpc.dcline", "mpc.bus", "mpc.bus is given twice, first on line 8"),
    ] {
        let message = after(from, to);
        assert!(message.contains(expected), "{from} -> {to}\n  {message}\n  {expected}");
        assert!(message.ends_with("\n1 fault"), "{from} -> {to}\n  {message}");
    }
}

#[test]
fn a_matrix_that_is_never_closed_is_one_fault() {
    let message = after(" % two rows\n];", "");
    assert!(message.starts_with("line 8: mpc.bus is never closed: its `]` is missing"), "{message}");
    let message = parse(&TRIANGLE[..TRIANGLE.find("mpc.gencost").expect("costs") - 4]).expect_err("cut").to_string();
    assert!(message.contains("line 12: mpc.gen is never closed"), "{message}");
}

#[test]
fn other_versions_and_other_files_are_refused() {
    let old = "function [baseMVA, bus, gen, branch] = case9\nbaseMVA = 100;\nbus = [1 3];\n";
    let message = parse(old).expect_err("version 1").to_string();
    assert!(message.contains("line 1: the case returns its tables apart: it is a case of version 1"), "{message}");
    assert!(message.contains("savecase"), "{message}");
    assert!(after("'2'", "'1'").contains("says version 1"));
    assert!(after("'2'", "'3'").contains("mpc.version = 3 is not known"));
    assert!(after("mpc.version = '2';", "").contains("mpc.version is missing"));
    for empty in ["", "\n% nothing\n", "%{\n"] {
        assert!(parse(empty).expect_err("empty").to_string().contains("mpc.bus is missing"), "{empty:?}");
    }
    assert!(parse("[scenario]\nname = \"x\"\n").is_err());
}

#[test]
fn code_that_cannot_be_evaluated_is_never_passed_over() {
    for code in [
        "mpc = scale_load(2, mpc);",
        "mpc.bus(:, 3) = f(mpc.bus);",
        "if 1, mpc.baseMVA = 1; end",
        "mpc.bus(3, :) = [];",
    ] {
        let message = parse(&format!("{TRIANGLE}{code}\n")).expect_err(code).to_string();
        assert!(message.contains("line 30: `") && message.contains("cannot be evaluated"), "{message}");
    }
    assert!(after("0 0 0];", "0 0 0]';").contains("behind the matrix `mpc.gencost` cannot be evaluated"));
}

#[test]
fn many_faults_are_told_at_once_and_by_line() {
    let text = TRIANGLE.replace("150 150 150", "-1 0 0").replace("\t1\t40", "\t9\t40").replace("9.5e1", "NaN");
    let faults = parse(&text).expect_err("three faults");
    let lines: Vec<_> = faults.faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [10, 13, 20]);
    let rows = "7 1 x 0 0 0 1 1 0 230 1 1.1 0.9;\n".repeat(500);
    let many = parse(&TRIANGLE.replace("%% opens", &rows)).expect_err("many faults");
    assert_eq!(many.faults.len(), 100);
    assert!(many.to_string().ends_with("more\n1000 faults"), "{}", many.more);
}

//! The published monthly risk index as a course of a risk.

use std::path::{Path, PathBuf};

use energyopti_engine::processes::{Duration, Kind, Process, Risk, Severity};

fn shared(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("ENERGYOPTI_SHARED_DATA").map_or(beside, PathBuf::from);
    Some(folder.join(file)).filter(|path| path.exists())
}

/// D. Caldara and M. Iacoviello, column GPR: 1985 to 2025, so 41 whole years; March 2022 stands at
/// 318.95 and the index's mean near 100.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn forty_years_of_the_index_make_a_course_of_mean_1() {
    let Some(path) = shared("risk/gpr_monthly_1985_2025.csv") else {
        eprintln!("skipped: the shared reference data are not here");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>());
    let index: Vec<(&str, f64)> = rows.map(|row| (row[0], row[1].parse().unwrap())).collect();
    assert_eq!(index.len(), 41 * 12);
    let values: Vec<f64> = index.iter().map(|(_, value)| *value).collect();
    let course = Risk::course(&values);
    let mean = course.iter().sum::<f64>() / 492.0;
    assert!((mean - 1.0).abs() < 1e-12);
    let march = index.iter().position(|(month, _)| *month == "2022-03-01").unwrap();
    assert!((2.5..3.5).contains(&course[march]), "{}", course[march]);
    let risk = Risk {
        events_per_year: 0.5,
        monthly_course: course,
        severity: Severity::Fixed(2.5),
        duration: Duration::Exponential(2000.0),
    };
    assert_eq!(Process::new("crisis", Kind::Risk(risk)).faults(), []);
}

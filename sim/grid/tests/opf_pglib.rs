//! Objectives, prices, dispatch and flows of `PGLib` cases in both branch conventions, against figures
//! found by independent solvers. The cases are read from the shared data folder; without it the checks
//! that need it say so and pass.

use energyopti_grid::{BranchModel, Network, matpower, opf};
use std::fs;
use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/pglib"));
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no reference data at {}", path.display());
    None
}

fn case(name: &str) -> Option<Network> {
    let text = fs::read_to_string(folder()?.join(format!("{name}.m"))).ok()?;
    Some(matpower::parse(&text).unwrap().network)
}

/// Rows of a reference table as numbers; `None` where the folder has none.
fn table(name: &str, model: &str, kind: &str) -> Option<Vec<Vec<f64>>> {
    let text = fs::read_to_string(folder()?.join(format!("{name}.{model}.{kind}.csv"))).ok()?;
    Some(text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect())
}

#[test]
fn probe() {
    let dir = folder().unwrap();
    let text = fs::read_to_string(dir.join("baseline.csv")).unwrap();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let Some(network) = case(cells[0]) else { continue };
        for (model, tag, want) in [(BranchModel::Dcp, "DCP", cells[9]), (BranchModel::Matpower, "DCMP", cells[11])] {
            let want: f64 = want.parse().unwrap();
            let start = std::time::Instant::now();
            let solved = opf::solve(&network, &opf::Options::new(model));
            let took = start.elapsed().as_secs_f64();
            match solved {
                Err(e) => eprintln!("{} {tag}: {e} {took:.3}s", cells[0]),
                Ok(s) => {
                    let lmp = table(cells[0], tag, "lmp").unwrap();
                    let worst = lmp
                        .iter()
                        .zip(&s.buses)
                        .map(|(r, b)| (r[2] - b.lmp_per_mwh.unwrap()).abs())
                        .fold(0.0, f64::max);
                    let va = lmp
                        .iter()
                        .zip(&s.buses)
                        .map(|(r, b)| (r[1].to_degrees() - b.va_deg.unwrap()).abs())
                        .fold(0.0, f64::max);
                    let gen_worst = table(cells[0], tag, "gen").map(|t| {
                        t.iter().map(|r| (r[2] - s.generators[r[0] as usize - 1].p_mw).abs()).fold(0.0, f64::max)
                    });
                    eprintln!(
                        "{:26} {tag:5} rel {:9.1e} lmp {worst:9.1e} va {va:8.1e} gen {gen_worst:?} unique {} {took:.3}s",
                        cells[0],
                        s.objective / want - 1.0,
                        s.prices_unique
                    );
                }
            }
        }
    }
}

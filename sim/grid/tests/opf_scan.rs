//! scan
mod opf_certificate;
use energyopti_grid::{BranchModel, matpower, opf};
#[test]
fn scan() {
    let dir = std::env::var("SCAN").unwrap();
    let pat = std::env::var("PAT").unwrap_or_default();
    let max: u64 = std::env::var("MAXB").unwrap_or("1000000000".into()).parse().unwrap();
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "m")).collect();
    files.sort_by_key(|f| std::fs::metadata(f).unwrap().len());
    for f in files {
        let name = f.file_stem().unwrap().to_str().unwrap().to_owned();
        if !name.contains(&pat) || std::fs::metadata(&f).unwrap().len() > max { continue }
        let text = std::fs::read_to_string(&f).unwrap();
        let network = match matpower::parse(&text) { Ok(n) => n.network, Err(e) => { eprintln!("{name} PARSE {}", e.to_string().lines().next().unwrap()); continue } };
        for (model, tag) in [(BranchModel::Dcp, "DCP"), (BranchModel::Matpower, "DCMP")] {
            let start = std::time::Instant::now();
            let r = opf::solve(&network, &opf::Options::new(model));
            let took = start.elapsed().as_secs_f64();
            match r {
                Err(e) => eprintln!("{name:34} {tag:4} ERR {took:.2}s {}", e.to_string().chars().take(300).collect::<String>()),
                Ok(s) => { let d = opf_certificate::departures(&network, model, &s);
                    eprintln!("{name:34} {tag:4} {:.9e} u={} {:?} bal {:.0e} flow {:.0e} lim {:.0e} gp {:.0e} bp {:.0e} ap {:.0e} {took:.2}s", s.objective, s.prices_unique as u8, s.method, d.balance_mw, d.flow_mw, d.limit_mw, d.generator_price, d.branch_price, d.angle_price); }
            }
        }
    }
}

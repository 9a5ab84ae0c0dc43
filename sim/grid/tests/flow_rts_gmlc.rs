//! Linear flows of the RTS-GMLC system from PLEXOS's published generation: 120 branches, 336 hours.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test, which says so when it is skipped")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use energyopti_grid::flow::DcModel;
use energyopti_grid::{Branch, BranchModel, Bus, BusKind, Network};

/// A table by column: headings and cells, quotes taken off.
struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let cells = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_string()).collect();
        let mut rows = text.lines().map(cells);
        Self { headings: rows.next().unwrap(), rows: rows.collect() }
    }

    fn column(&self, heading: &str) -> usize {
        self.headings.iter().position(|h| h == heading).unwrap_or_else(|| panic!("no column {heading}"))
    }

    fn number(&self, row: usize, heading: &str) -> f64 {
        self.rows[row][self.column(heading)].parse().unwrap()
    }
}

fn network(buses: &Table, branches: &Table) -> (Network, BTreeMap<String, usize>) {
    let index: BTreeMap<_, _> =
        buses.rows.iter().enumerate().map(|(i, row)| (row[buses.column("Bus ID")].clone(), i)).collect();
    let bus = |row: usize| Bus {
        name: buses.rows[row][0].clone(),
        kind: if buses.rows[row][buses.column("Bus Type")] == "Ref" { BusKind::Slack } else { BusKind::Pq },
        v_nom_kv: buses.number(row, "BaseKV"),
        ..Bus::default()
    };
    let branch = |row: usize| Branch {
        from: index[&branches.rows[row][branches.column("From Bus")]],
        to: index[&branches.rows[row][branches.column("To Bus")]],
        r_pu: branches.number(row, "R"),
        x_pu: branches.number(row, "X"),
        ..Branch::default()
    };
    let network = Network {
        name: "RTS-GMLC".into(),
        base_mva: 100.0,
        buses: (0..buses.rows.len()).map(bus).collect(),
        generators: vec![],
        branches: (0..branches.rows.len()).map(branch).collect(),
    };
    (network, index)
}

/// Load per bus and hour, MW: the area's load by the buses' share of it.
fn loads(folder: &Path, buses: &Table, first_day: &str) -> Vec<Vec<f64>> {
    let regional = Table::read(folder.join("timeseries/DAY_AHEAD_regional_Load.csv"));
    let day = |row: &Vec<String>| format!("{}-{:0>2}-{:0>2}", row[0], row[1], row[2]);
    let start = regional.rows.iter().position(|row| day(row) == first_day).unwrap();
    let load = |bus: usize| buses.number(bus, "MW Load");
    let area = |bus: usize| buses.rows[bus][buses.column("Area")].clone();
    let mut total = BTreeMap::<String, f64>::new();
    (0..buses.rows.len()).for_each(|bus| *total.entry(area(bus)).or_default() += load(bus));
    let hour = |row: usize| {
        (0..buses.rows.len()).map(|bus| regional.number(row, &area(bus)) * load(bus) / total[&area(bus)]).collect()
    };
    (start..start + 336).map(hour).collect()
}

#[test]
fn flows_follow_from_the_published_generation() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/rts-gmlc"));
    if !folder.is_dir() {
        eprintln!("skipped: RTS-GMLC is not in {}", folder.display());
        return;
    }
    let source = |name: &str| Table::read(folder.join("source").join(name));
    let (buses, branches, units) = (source("bus.csv"), source("branch.csv"), source("gen.csv"));
    let (network, index) = network(&buses, &branches);
    let bus_of: BTreeMap<_, _> =
        units.rows.iter().map(|row| (row[0].clone(), index[&row[units.column("Bus ID")]])).collect();
    let model = DcModel::new(&network, BranchModel::Reactance).unwrap();
    let loads = loads(folder, &buses, "2020-07-05");
    for run in ["allTX", "noTX"] {
        let published = |name: &str| Table::read(folder.join("plexos_da").join(run).join(name));
        let (generation, flow) = (published("generation.csv"), published("flow.csv"));
        assert_eq!((generation.rows.len(), flow.rows.len()), (336, 336));
        let mut injections = Vec::new();
        for (hour, load) in loads.iter().enumerate() {
            let mut p_mw: Vec<_> = load.iter().map(|load| -load).collect();
            for (unit, cell) in generation.headings.iter().zip(&generation.rows[hour]).skip(1) {
                p_mw[bus_of[unit]] += cell.parse::<f64>().unwrap();
            }
            // The direct-current line takes its flow out at one end and puts it in at the other.
            let direct = flow.number(hour, "113_316_1");
            p_mw[index["113"]] -= direct;
            p_mw[index["316"]] += direct;
            injections.extend(p_mw);
        }
        let batch = model.solve_batch(&injections).unwrap();
        let mut worst = 0.0_f64;
        for hour in 0..336 {
            for (row, is) in batch.flow_mw(hour).enumerate() {
                worst = worst.max((is - flow.number(hour, &branches.rows[row][0])).abs());
            }
        }
        assert_eq!(branches.rows.len(), 120);
        assert!(worst < 1e-6, "{run}: {worst:e} MW");
    }
}

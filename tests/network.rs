//! Networks through the front door: adequacy against enumeration, prices and payments by hand
//! arithmetic, and the copper plate as the limit of wide lines.
//!
//! Not here: the kernels alone (`sim/grid`, `sim/market`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::{Bench, assert_same, assert_same_files, library, metric, usually_or_nightly, z_score};

/// Prices are summed on a coarser scale: one that holds multiples of every offer.
fn tolerance(name: &str) -> f64 {
    if name.starts_with("lmp") || name.starts_with("congestion_rent") { 1e-6 } else { 1e-9 }
}

/// Head of a scenario with as many steps.
fn head(steps: usize, grid: &str) -> String {
    format!(
        "format = 1\n[scenario]\nname = \"network\"\nstart = \"2025-01-01T00:00:00Z\"\nsteps = {steps}\n\
         [monte_carlo]\nreplicas = 64\nseed = 3\n[grid]\nmodel = \"{grid}\"\n"
    )
}

/// Three nodes of which each has units, must-take generation and load; a hand-made system whose exact
/// figures come from the enumeration of all its states.
fn three_nodes() -> String {
    let mut text = head(4, "transport");
    let outage = "outage = { failure_probability = 0.1, repair_probability = 0.9 }";
    for bus in ["A", "B", "C"] {
        text += &format!("[[bus]]\nname = \"{bus}\"\n");
    }
    for (bus, must_take, load) in
        [("A", "4,3,2,3", "19,20,21,20"), ("B", "6,5,3,4", "20,21,21,22"), ("C", "2,1,2,1", "22,21,23,22")]
    {
        text += &format!(
            "[[solar]]\nname = \"must {bus}\"\nbus = \"{bus}\"\np_nom_mw = 10\nprofile = {{ values_mw = [{must_take}] }}\n\
             [[load]]\nname = \"load {bus}\"\nbus = \"{bus}\"\nprofile = {{ values_mw = [{load}] }}\n"
        );
    }
    for (name, bus, count, p) in [
        ("a", "A", 1, "10,10,10,10"),
        ("b", "B", 2, "10,10,10,10"),
        ("c", "C", 1, "10,10,15,10"),
        ("d", "C", 1, "20,20,25,20"),
    ] {
        text += &format!(
            "[[thermal]]\nname = \"{name}\"\nbus = \"{bus}\"\ncount = {count}\np_nom_mw = 25\n\
             profile = {{ values_mw = [{p}] }}\n{outage}\n"
        );
    }
    for (from, to) in [("A", "B"), ("A", "C"), ("B", "C")] {
        text +=
            &format!("[[line]]\nname = \"{from}{to}\"\nbus0 = \"{from}\"\nbus1 = \"{to}\"\ns_nom_mva = 8\n{outage}\n");
    }
    text
}

#[test]
fn three_nodes_are_as_short_as_the_enumeration_of_their_states_says() {
    let bench = Bench::new();
    bench.write("toy.toml", &three_nodes());
    let replicas = usually_or_nightly(20_000, 1_000_000).to_string();
    let perfect: Vec<String> =
        ["AB", "AC", "BC"].iter().map(|line| format!("line.{line}.outage.failure_probability=0")).collect();
    let perfect: Vec<&str> = perfect.iter().flat_map(|set| ["--set", set]).collect();
    for (options, lole_h, eue_mwh) in [
        (&["--set", "grid.model=copper_plate"][..], 1.17877, 11.73276),
        (&perfect[..], 1.3756, 12.12885),
        (&[], 1.560_095_3, 13.313_091_4),
    ] {
        let summary = bench.run("toy.toml", &[&["--replicas", &replicas], options].concat());
        assert!(z_score(&summary, "lole_h", lole_h).abs() < 3.0, "{options:?}: {:?}", metric(&summary, "lole_h"));
        assert!(z_score(&summary, "eue_mwh", eue_mwh).abs() < 3.0, "{options:?}: {:?}", metric(&summary, "eue_mwh"));
    }
}

/// A triangle of equal reactances: 10 a MWh at A, 30 at B, 150 MW of load at C, and 80 MW through AC.
fn triangle(currency: &str) -> String {
    let mut text = head(1, "reactance").replace("steps", &format!("currency = \"{currency}\"\nsteps"));
    for bus in ["A", "B", "C"] {
        text += &format!("[[bus]]\nname = \"{bus}\"\n");
    }
    let money = currency.to_lowercase();
    for (name, bus, cost) in [("cheap", "A", 10), ("dear", "B", 30)] {
        text += &format!(
            "[[thermal]]\nname = \"{name}\"\nbus = \"{bus}\"\np_nom_mw = 200\nmarginal_cost_{money}_per_mwh = {cost}\n"
        );
    }
    text += &format!("[[load]]\nname = \"town\"\nbus = \"C\"\np_mw = 150\nvoll_{money}_per_mwh = 3000\n");
    for (from, to, limit) in [("A", "B", ""), ("A", "C", "s_nom_mva = 80"), ("B", "C", "")] {
        text += &format!("[[line]]\nname = \"{from}{to}\"\nbus0 = \"{from}\"\nbus1 = \"{to}\"\nx_pu = 0.1\n{limit}\n");
    }
    text
}

#[test]
fn prices_part_at_a_full_line_as_by_hand() {
    let bench = Bench::new();
    bench.write("triangle.toml", &triangle("EUR"));
    let summary = bench.run("triangle.toml", &[]);
    // AC carries 2/3 of A's power and 1/3 of B's: 2/3 a + 1/3 (150 - a) = 80, so a = 90 and b = 60. One more
    // MW at C needs a - 1 and b + 2, or AC would carry more: 2 * 30 - 10 = 50. One more MW of limit lets A
    // give 3 more in place of B: 3 * 20 = 60.
    let expected = [
        ("energy_mwh.cheap", 90.0),
        ("energy_mwh.dear", 60.0),
        ("cost", 2700.0),
        ("lmp_per_mwh.A", 10.0),
        ("lmp_per_mwh.B", 30.0),
        ("lmp_per_mwh.C", 50.0),
        ("carried_mwh.AB", 10.0),
        ("carried_mwh.AC", 80.0),
        ("carried_mwh.BC", 70.0),
        ("congested_h.AC", 1.0),
        ("congested_h.AB", 0.0),
        ("congestion_rent.AC", 3200.0),
        ("congestion_rent.AB", 200.0),
        ("congestion_rent.BC", 1400.0),
        ("eue_mwh", 0.0),
    ];
    for (name, value) in expected {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

#[test]
fn who_pays_whom_sums_to_zero_in_whole_cents_and_whole_yen() {
    let bench = Bench::new();
    for (currency, unit) in [("EUR", 100), ("JPY", 1)] {
        bench.write("triangle.toml", &triangle(currency));
        let run = bench.run("triangle.toml", &["--out", currency]);
        let answer = bench.json(&["settle", run["run"].as_str().unwrap(), "--out", currency, "--format", "json"]);
        let balance = |account: &Value| {
            let accounts = answer["accounts"].as_array().unwrap();
            let found = accounts.iter().find(|entry| entry["account"] == *account);
            found.unwrap_or_else(|| panic!("{account} in {answer}"))["balance"].as_i64().unwrap()
        };
        // 150 MWh at 50; 90 at 10; 60 at 30; rents as above.
        assert_eq!(balance(&serde_json::json!({"participant": "town"})), -7500 * unit);
        assert_eq!(balance(&serde_json::json!({"participant": "cheap"})), 900 * unit);
        assert_eq!(balance(&serde_json::json!({"participant": "dear"})), 1800 * unit);
        assert_eq!(balance(&serde_json::json!({"congestion_rent": "AC"})), 3200 * unit);
        let sum: i64 =
            answer["accounts"].as_array().unwrap().iter().map(|entry| entry["balance"].as_i64().unwrap()).sum();
        assert_eq!(sum, 0);
        let paid: i64 = answer["payments"].as_array().unwrap().iter().map(|p| p["amount"].as_i64().unwrap()).sum();
        assert_eq!(paid, 7500 * unit);
    }
}

#[test]
fn a_run_without_prices_is_told_what_it_lacks() {
    let bench = Bench::new();
    bench.write("triangle.toml", &triangle("EUR"));
    let run = bench.run("triangle.toml", &["--set", "grid.model=copper_plate"]);
    bench.ask(&["settle", run["run"].as_str().unwrap()]).assert_refused(2, &["no prices", "[grid] model"]);
}

/// A store behind a narrow line serves what the line cannot, from what it could charge through it.
#[test]
fn a_store_behind_a_narrow_line_works_within_it() {
    let bench = Bench::new();
    let text = head(3, "transport")
        + "[[bus]]\nname = \"mine\"\n[[bus]]\nname = \"town\"\n\
           [[thermal]]\nname = \"plant\"\nbus = \"mine\"\np_nom_mw = 100\nmarginal_cost_eur_per_mwh = 20\n\
           [[load]]\nname = \"homes\"\nbus = \"town\"\nprofile = { values_mw = [10, 10, 50] }\nvoll_eur_per_mwh = 4000\n\
           [[battery]]\nname = \"box\"\nbus = \"town\"\np_nom_mw = 25\ne_nom_mwh = 60\nefficiency_store = 0.8\n\
           e_initial_pu = 0\n\
           [[line]]\nname = \"wire\"\nbus0 = \"mine\"\nbus1 = \"town\"\ns_nom_mva = 22\n";
    bench.write("store.toml", &text);
    let summary = bench.run("store.toml", &[]);
    // The line brings 22 MW: 12 of them charge the box in each of two hours, 9.6 MWh of which stay. In the
    // third, 50 - 22 = 28 MW are missing; the box has 19.2 MWh. 8.8 MWh go without.
    for (name, value) in [
        ("charge_mwh.box", 24.0),
        ("energy_mwh.box", 19.2),
        ("eue_mwh", 8.8),
        ("lole_h", 1.0),
        ("carried_mwh.wire", 66.0),
        ("energy_mwh.plant", 66.0),
        ("lost_load_cost", 8.8 * 4000.0),
    ] {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

#[test]
fn a_link_loses_on_the_way_and_goes_one_way_only() {
    let bench = Bench::new();
    let text = head(2, "transport")
        + "[[bus]]\nname = \"north\"\n[[bus]]\nname = \"south\"\n\
           [[thermal]]\nname = \"hydro\"\nbus = \"north\"\np_nom_mw = 100\nmarginal_cost_eur_per_mwh = 9\n\
           [[thermal]]\nname = \"gas\"\nbus = \"south\"\np_nom_mw = 100\nmarginal_cost_eur_per_mwh = 50\n\
           [[load]]\nname = \"south load\"\nbus = \"south\"\nprofile = { values_mw = [18, 60] }\nvoll_eur_per_mwh = 4000\n\
           [[load]]\nname = \"north load\"\nbus = \"north\"\nprofile = { values_mw = [30, 120] }\nvoll_eur_per_mwh = 4000\n\
           [[link]]\nname = \"cable\"\nbus0 = \"north\"\nbus1 = \"south\"\np_nom_mw = 40\nefficiency = 0.9\n\
           marginal_cost_eur_per_mwh = 1\n";
    bench.write("link.toml", &text);
    let summary = bench.run("link.toml", &[]);
    // Hour 1: 20 MW leave so that 18 arrive; a MWh in the south costs (9 + 1) / 0.9. Hour 2: the north is 20
    // MW short and the cable brings nothing back.
    for (name, value) in [
        ("carried_mwh.cable", 20.0),
        ("lost_mwh.cable", 2.0),
        ("energy_mwh.hydro", 50.0 + 100.0),
        ("energy_mwh.gas", 60.0),
        ("eue_mwh.north", 20.0),
        ("eue_mwh.south", 0.0),
        ("lmp_per_mwh.south", (10.0 / 0.9 + 50.0) / 2.0),
        ("lmp_per_mwh.north", (9.0 + 4000.0) / 2.0),
        ("cost", 150.0 * 9.0 + 60.0 * 50.0 + 20.0),
    ] {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

/// A line that leaves a converter too little to move leaves it at rest.
#[test]
fn a_converter_that_cannot_move_so_little_does_not() {
    let bench = Bench::new();
    let text = head(1, "transport")
        + "[[bus]]\nname = \"mine\"\n[[bus]]\nname = \"town\"\n\
           [[thermal]]\nname = \"plant\"\nbus = \"mine\"\np_nom_mw = 100\n\
           [[load]]\nname = \"homes\"\nbus = \"town\"\np_mw = 30\n\
           [[battery]]\nname = \"box\"\nbus = \"town\"\np_nom_mw = 40\ne_nom_mwh = 160\ne_initial_pu = 0.5\n\
           converter_efficiency = [0.9, 0.96]\n\
           [[line]]\nname = \"wire\"\nbus0 = \"mine\"\nbus1 = \"town\"\ns_nom_mva = 30.2\n";
    bench.write("small.toml", &text);
    let summary = bench.run("small.toml", &[]);
    // Of 0.2 MW the converter would lose all: the box rests, and the line brings the load alone.
    for (name, value) in [("charge_mwh.box", 0.0), ("carried_mwh.wire", 30.0), ("energy_mwh.plant", 30.0)] {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

/// An electrolyser at A; 100 MW of `generation` at A and load at B, and a line between them.
fn electrolyser(generation: &str, bus: &str, keys: &str, load_mw: f64, line_mw: f64) -> String {
    head(2, "transport")
        + &format!(
            "[[bus]]\nname = \"A\"\n[[bus]]\nname = \"B\"\n[[bus]]\nname = \"H\"\ncarrier = \"hydrogen\"\n{generation}\n\
             [[thermal]]\nname = \"gas\"\nbus = \"B\"\np_nom_mw = 100\nmarginal_cost_eur_per_mwh = 50\n\
             [[electrolyser]]\nname = \"cell\"\nbus = \"{bus}\"\nbus_out = \"H\"\nefficiency = 0.7\n{keys}\n\
             [[store]]\nname = \"tank\"\nbus = \"H\"\np_nom_mw = 1000\ne_nom_mwh = 1e6\n\
             [[load]]\nname = \"town\"\nbus = \"B\"\np_mw = {load_mw}\nvoll_eur_per_mwh = 1000\n\
             [[line]]\nname = \"AB\"\nbus0 = \"A\"\nbus1 = \"B\"\ns_nom_mva = {line_mw}\n"
        )
}

#[test]
fn an_electrolyser_takes_the_wind_that_is_trapped_with_it() {
    let bench = Bench::new();
    let wind = "[[wind]]\nname = \"wind\"\nbus = \"A\"\np_nom_mw = 100\nprofile = { values_pu = [1, 0.15] }";
    let keys = "p_nom_mw = 70\nhighest_price_eur_per_mwh = 20";
    bench.write("trapped.toml", &electrolyser(wind, "A", keys, 100.0, 20.0));
    let summary = bench.run("trapped.toml", &[]);
    // The line takes 20 of 100 MW, the cell 70, and 10 are curtailed; then 15 of 15 MW go to the town.
    for (name, value) in [
        ("energy_mwh.cell", 70.0),
        ("curtailment_mwh.wind", 10.0),
        ("carried_mwh.AB", 35.0),
        ("energy_mwh.gas", 80.0 + 85.0),
    ] {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

#[test]
fn standby_is_drawn_whole_or_not_at_all() {
    let bench = Bench::new();
    let plant = "[[thermal]]\nname = \"plant\"\nbus = \"A\"\np_nom_mw = 100\nmarginal_cost_eur_per_mwh = 60";
    let keys = "p_nom_mw = 30\np_min_pu = 0.2\nstandby_mw = 1\nhighest_price_eur_per_mwh = 15";
    for (line_mw, taken) in [(30.5, 0.0), (31.5, 2.0)] {
        // The gas plant at B is beside the load: it leaves nothing over.
        let text = electrolyser(plant, "B", keys, 130.0, line_mw);
        bench.write("standby.toml", &text);
        let summary = bench.run("standby.toml", &[]);
        assert_same("standby", metric(&summary, "energy_mwh.cell").value, taken, 1e-9);
    }
}

/// 200 MW at 10 behind a line of 20 MW; a unit that is switched beside 100 MW of load.
#[test]
fn a_unit_that_the_copper_plate_leaves_off_is_started_behind_a_full_line() {
    let bench = Bench::new();
    let text = head(2, "transport")
        + "[[bus]]\nname = \"A\"\n[[bus]]\nname = \"B\"\n\
           [[thermal]]\nname = \"far\"\nbus = \"A\"\np_nom_mw = 200\nmarginal_cost_eur_per_mwh = 10\n\
           [[thermal]]\nname = \"near\"\nbus = \"B\"\ncount = 2\np_nom_mw = 50\nmarginal_cost_eur_per_mwh = 60\n\
           p_min_pu = 0.3\nmin_up_time_h = 2\nstart_up_cost_eur = 100\n\
           [[load]]\nname = \"town\"\nbus = \"B\"\nprofile = { values_mw = [100, 50] }\nvoll_eur_per_mwh = 1000\n\
           [[line]]\nname = \"AB\"\nbus0 = \"A\"\nbus1 = \"B\"\ns_nom_mva = 20\n";
    bench.write("commit.toml", &text);
    let summary = bench.run("commit.toml", &[]);
    // 20 MW come over the line in each hour; both units give 80 MW, then 30: at their least of 15 each.
    for (name, value) in [("eue_mwh", 0.0), ("energy_mwh.far", 40.0), ("energy_mwh.near", 110.0), ("starts.near", 2.0)]
    {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

/// Load without a value of lost load is still shed for want of power alone, however dear the way.
#[test]
fn load_is_not_shed_to_save_the_cost_of_a_link() {
    let bench = Bench::new();
    let text = head(1, "transport")
        + "[[bus]]\nname = \"A\"\n[[bus]]\nname = \"B\"\n\
           [[thermal]]\nname = \"far\"\nbus = \"A\"\np_nom_mw = 100\nmarginal_cost_eur_per_mwh = 30\n\
           [[load]]\nname = \"town\"\nbus = \"B\"\np_mw = 60\n\
           [[link]]\nname = \"AB\"\nbus0 = \"A\"\nbus1 = \"B\"\np_nom_mw = 50\nmarginal_cost_eur_per_mwh = 5\nefficiency = 0.9\n";
    bench.write("cheap.toml", &text);
    let summary = bench.run("cheap.toml", &[]);
    // 45 of 60 MW arrive; what is scarce is worth the dearest that is paid for generation on its way.
    for (name, value) in [("eue_mwh", 15.0), ("energy_mwh.far", 50.0), ("lmp_per_mwh.A", 30.0), ("lmp_per_mwh.B", 35.0)]
    {
        assert_same(name, metric(&summary, name).value, value, tolerance(name));
    }
}

#[test]
fn reactances_that_cancel_are_told_and_not_run() {
    let bench = Bench::new();
    let text = triangle("EUR")
        + "[[line]]\nname = \"AC2\"\nbus0 = \"A\"\nbus1 = \"C\"\nx_pu = -0.1\n\
           [[line]]\nname = \"AB2\"\nbus0 = \"A\"\nbus1 = \"B\"\nx_pu = -0.1\n";
    bench.write("cancel.toml", &text);
    bench.ask(&["run", "cancel.toml"]).assert_refused(2, &["no power flow", "reactances that cancel"]);
}

/// Two towns alike share a shortage alike, whatever they are called, while the line between has room.
#[test]
fn equals_shed_in_proportion_where_lines_allow() {
    let bench = Bench::new();
    for (line_mw, a, b) in [(100.0, 20.0, 40.0), (15.0, 15.0, 45.0)] {
        let text = head(1, "transport")
            + &format!(
                "[[bus]]\nname = \"A\"\n[[bus]]\nname = \"B\"\n\
                 [[thermal]]\nname = \"plant\"\nbus = \"A\"\np_nom_mw = 30\nmarginal_cost_eur_per_mwh = 30\n\
                 [[load]]\nname = \"a\"\nbus = \"A\"\np_mw = 30\nvoll_eur_per_mwh = 1000\n\
                 [[load]]\nname = \"b\"\nbus = \"B\"\np_mw = 60\nvoll_eur_per_mwh = 1000\n\
                 [[line]]\nname = \"AB\"\nbus0 = \"A\"\nbus1 = \"B\"\ns_nom_mva = {line_mw}\n"
            );
        bench.write("equals.toml", &text);
        let summary = bench.run("equals.toml", &[]);
        // 60 of 90 MW are missing: a third of them at A, if 20 MW can leave it.
        assert_same("A", metric(&summary, "eue_mwh.A").value, a, 1e-6);
        assert_same("B", metric(&summary, "eue_mwh.B").value, b, 1e-6);
        assert_same("price", metric(&summary, "lmp_per_mwh.A").value, 1000.0, 1e-6);
    }
}

/// Wide lines are a copper plate: the same shortages, energy and cost, whatever law the flows follow.
#[test]
fn wide_lines_are_a_copper_plate() {
    let bench = Bench::new();
    let file = library("two_zone_coupling.toml");
    let file = file.to_str().unwrap();
    let options = [
        "--replicas",
        "64",
        "--set",
        "link.border.p_nom_mw=100000",
        "--set",
        "link.border.outage.mttr_h=1",
        "--set",
        "link.border.outage.mttf_h=1e12",
    ];
    let plate = bench.run(file, &[&options[..], &["--set", "grid.model=copper_plate"]].concat());
    let network = bench.run(file, &options);
    for name in
        ["lole_h", "eue_mwh", "cost", "lolf", "energy_mwh.storage", "energy_mwh.turbines", "curtailment_mwh.coast"]
    {
        assert_same(name, metric(&network, name).value, metric(&plate, name).value, 1e-9);
    }
    assert!(metric(&network, "eue_mwh").value > 0.0);
}

#[test]
fn threads_and_chunks_do_not_change_a_byte_of_a_networked_run() {
    let bench = Bench::new();
    bench.copy(&["pjm5_market.toml", "pjm5_market.csv"]);
    for (store, threads, chunk) in [("one", "1", "4096"), ("two", "2", "64"), ("eight", "8", "100")] {
        let options = ["--out", store, "--replicas", "200", "--threads", threads, "--chunk", chunk];
        let kept = ["--set", "outputs.keep=[\"samples\", \"timeline\"]"];
        bench.run("pjm5_market.toml", &[&options[..], &kept].concat());
    }
    assert_same_files(&bench, "one", "two");
    assert_same_files(&bench, "one", "eight");
}

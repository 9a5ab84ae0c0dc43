//! Every file in `tests/broken` is refused with the message that is kept beside it.
//!
//! Files called `*.part.toml` are only extended by others. A line `# --set KEY=VALUE` in a file is
//! given to the loader as a setting. Not here: the rules one by one, which `scenarios` tests.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use energyopti_scenarios::load;

#[test]
fn every_broken_scenario_is_refused_with_a_clear_message() {
    let mut names: Vec<String> = std::fs::read_dir("tests/broken")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| is_scenario(Path::new(name)))
        .collect();
    names.sort();
    assert!(names.len() >= 60, "only {} broken scenarios", names.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("broken/messages");
    settings.bind(|| {
        for name in names {
            let path = format!("tests/broken/{name}");
            let Err(faults) = load(Path::new(&path), &sets(&path)) else { panic!("{path} was accepted") };
            insta::assert_snapshot!(name.replace('.', "_"), faults.to_string());
        }
    });
}

fn is_scenario(file: &Path) -> bool {
    let part = file.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".part"));
    file.extension().is_some_and(|kind| kind == "toml" || kind == "json") && !part
}

fn sets(path: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    text.lines().filter_map(|line| line.strip_prefix("# --set ")).map(str::to_owned).collect()
}

#[test]
fn a_missing_scenario_names_the_nearest_file() {
    let faults = load(Path::new("tests/broken/unit_kv.toml"), &[]).unwrap_err();
    assert_eq!(faults.0[0].rule, "does not exist");
    assert_eq!(faults.0[0].suggestion.as_deref(), Some("did you mean `unit_kw.toml`?"));
}

#[test]
fn a_folder_is_no_scenario() {
    let faults = load(Path::new("tests/broken"), &[]).unwrap_err();
    assert_eq!(faults.0[0].rule, "is a folder, not a file");
}

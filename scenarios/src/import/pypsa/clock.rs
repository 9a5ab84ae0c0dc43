//! `snapshots.csv`: when the steps are.

use jiff::civil::DateTime;

use super::super::draft::Draft;
use super::folder::Folder;
use super::sheet::Row;

/// Start where the snapshots are no times.
const START: &str = "2025-01-01T00:00:00Z";

/// Start and length of the steps, as a scenario writes them; sets how many there are.
pub(super) fn read(folder: &mut Folder<'_>, draft: &mut Draft) -> (String, String) {
    let hours = (START.to_owned(), "1h".to_owned());
    let Some(sheet) = folder.sheet("snapshots.csv") else {
        draft.lose("without snapshots there is a single hour", "snapshots.csv");
        return hours;
    };
    folder.steps = sheet.len().max(1);
    let weighted = |row: &Row<'_>| (row.number("objective", 1.0, &folder.findings) - 1.0).abs() > 1e-12;
    if let Some(row) = sheet.rows().find(weighted) {
        draft.lose("weights of snapshots are left out: every step counts once", row.place());
    }
    let known = ["timestep", "snapshot", "name"].into_iter().find(|name| sheet.columns().iter().any(|own| own == name));
    let time = |row: Row<'_>| known.map_or(row.at(0), |column| row.text(column)).parse::<DateTime>().ok();
    let times: Vec<Option<DateTime>> = sheet.rows().map(time).collect();
    let Some(times) = times.into_iter().collect::<Option<Vec<_>>>().filter(|times| !times.is_empty()) else {
        draft.lose("snapshots are no times: hours from 2025-01-01 are taken", "snapshots.csv line 2");
        return hours;
    };
    let between = |pair: &[DateTime]| pair[1].duration_since(pair[0]).as_secs();
    let seconds = times.windows(2).next().map_or(3600, between);
    let odd = times.windows(2).position(|pair| between(pair) != seconds);
    if let Some(row) = odd.and_then(|position| sheet.rows().nth(position + 1)) {
        row.fault(
            "snapshot",
            format!("must follow the one before by {seconds} s, as the second does"),
            &folder.findings,
        );
    } else if !(1..=86_400).contains(&seconds)
        && let Some(row) = sheet.rows().nth(1)
    {
        row.fault("snapshot", format!("follows by {seconds} s; a step has from 1 s to 1 d"), &folder.findings);
    }
    (format!("{}Z", times[0].strftime("%Y-%m-%dT%H:%M:%S")), length(seconds))
}

fn length(seconds: i64) -> String {
    match seconds {
        s if s % 3600 == 0 => format!("{}h", s / 3600),
        s if s % 60 == 0 => format!("{}min", s / 60),
        s => format!("{s}s"),
    }
}

//! The checks that one key cannot pass alone, and the engine's model that comes out of them.
//!
//! Each asset room reads its table, notes every fault, and gives the engine's asset where there is
//! none. Not here: the structure of the file (`validate`), which has been checked before; a key
//! that failed there reads as [`Reported`] and nothing more is said about it.

mod asset;
mod battery;
mod calendar;
mod csv;
mod factors;
mod load;
mod names;
mod outage;
mod plants;
mod profile;
mod shared;
mod study;
mod thermal;

use energyopti_engine::{ChargeFrom, Keep, Model};

use crate::document::{Node, Table};
use crate::fault::{Findings, Found};
use crate::input::Input;

use asset::Asset;
pub(crate) use calendar::{parse_instant, parse_step, step_text};
use names::Buses;
use profile::Years;
pub(crate) use shared::Shared;
use study::Study;

/// Stands for a value whose fault was already noted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported;

/// A value, or the knowledge that its fault was noted.
pub(crate) type Checked<T> = Result<T, Reported>;

/// What the checks of all assets share.
struct Check<'a> {
    findings: &'a mut Findings,
    shared: &'a mut Shared,
    currency: &'a str,
    study: Study,
    buses: Buses,
    years: Years,
    inputs: Vec<Input>,
}

/// Checks the validated tree `root`; gives the model and the files it read.
pub(crate) fn check(
    root: &Node,
    currency: &str,
    findings: &mut Findings,
    shared: &mut Shared,
) -> Checked<(Model, Vec<Input>)> {
    let table = root.table().ok_or(Reported)?;
    let study = study::read(table, findings, shared);
    let buses = names::check(table, findings);
    study::stop_rule(table, &buses, findings);
    let mut cx = Check { findings, shared, currency, study, buses, years: Years::default(), inputs: Vec::new() };
    let thermal = cx.all(table, "thermal", thermal::read);
    let solar = cx.all(table, "solar", plants::solar);
    let wind = cx.all(table, "wind", plants::wind);
    let load = cx.all(table, "load", load::read);
    let battery = cx.all(table, "battery", battery::read);
    let model = Model {
        seed: study::seed(table)?,
        clock: cx.study.clock()?,
        buses: cx.buses.sorted()?,
        thermal: thermal?,
        solar: solar?,
        wind: wind?,
        load: load?,
        battery: battery?,
        charge_from: charge_from(table)?,
        keep: keep(table)?,
    };
    Ok((model, cx.inputs))
}

impl Check<'_> {
    /// Reads every asset of a table, sorted by name; fails after the last if any failed.
    fn all<T>(
        &mut self,
        root: &Table,
        kind: &'static str,
        read: fn(&Asset<'_>, &mut Check<'_>) -> Checked<T>,
    ) -> Checked<Vec<T>> {
        let Some(list) = root.get(kind) else { return Ok(Vec::new()) };
        let nodes = list.list().ok_or(Reported)?;
        let mut assets: Vec<Asset<'_>> = nodes.iter().enumerate().filter_map(|(i, n)| Asset::new(kind, i, n)).collect();
        let readable = assets.len() == nodes.len();
        assets.sort_by_key(|a| a.name().unwrap_or_default().to_owned());
        let all: Vec<Checked<T>> = assets.iter().map(|a| read(a, self)).collect();
        if readable { all.into_iter().collect() } else { Err(Reported) }
    }

    fn note(&mut self, fault: Found) -> Reported {
        self.findings.note(fault);
        Reported
    }
}

fn charge_from(root: &Table) -> Checked<ChargeFrom> {
    let text = root.get("dispatch").and_then(|d| d.table()?.get("charge_from")?.text());
    match text {
        Some("headroom") => Ok(ChargeFrom::Headroom),
        Some("must_take") => Ok(ChargeFrom::MustTake),
        _ => Err(Reported),
    }
}

fn keep(root: &Table) -> Checked<Keep> {
    let kept = root.get("outputs").and_then(|o| o.table()?.get("keep")?.list()).ok_or(Reported)?;
    Ok(Keep { timeline: kept.iter().any(|k| k.text() == Some("timeline")) })
}

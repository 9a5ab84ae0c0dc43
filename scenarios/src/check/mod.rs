//! The checks that one key cannot pass alone, and the engine's model that comes out of them.
//!
//! Each kind of asset reads its table (`kinds`), notes every fault, and gives the engine's asset where there is
//! none. Not here: the structure of the file (`validate`), which has been checked before; a key
//! that failed there reads as [`Reported`] and nothing more is said about it.

mod asset;
pub(crate) mod calendar;
mod csv;
pub(crate) mod factors;
mod fuels;
mod grid;
mod links;
mod names;
mod outage;
mod processes;
pub(crate) mod profile;
mod quantum;
mod shared;
mod study;
pub(crate) mod weather;

use energyopti_engine::assets::Assets;
use energyopti_engine::{ChargeFrom, DischargeFor, Keep, Model, Network};

use crate::document::{Node, Table};
use crate::fault::{Findings, Found};
use crate::input::Input;
use crate::kinds::{self, with_kinds};
use crate::quantum::Questions;
use crate::schema::LISTS;

pub(crate) use asset::Asset;
pub(crate) use calendar::{parse_instant, parse_step, step_text};
use links::Links;
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
pub(crate) struct Check<'a> {
    pub(crate) findings: &'a mut Findings,
    pub(crate) shared: &'a mut Shared,
    pub(crate) currency: &'a str,
    pub(crate) study: Study,
    pub(crate) buses: Buses,
    pub(crate) years: Years,
    pub(crate) inputs: Vec<Input>,
    pub(crate) links: Links,
    pub(crate) grid: Checked<grid::Law>,
}

/// What a scenario without a fault comes to.
pub(crate) struct Read {
    pub model: Model,
    pub questions: Questions,
    /// The files that were read.
    pub inputs: Vec<Input>,
}

/// Checks the validated tree `root`.
pub(crate) fn check(root: &Node, currency: &str, findings: &mut Findings, shared: &mut Shared) -> Checked<Read> {
    let table = root.table().ok_or(Reported)?;
    let study = study::read(table, findings, shared);
    let buses = names::check(table, findings);
    study::stop_rule(table, &buses, findings);
    let grid = grid::read(table, findings);
    let mut cx = Check {
        findings,
        shared,
        currency,
        study,
        buses,
        years: Years::default(),
        inputs: Vec::new(),
        links: Links::default(),
        grid,
    };
    let (drivers, risks) = (named(table, "process"), named(table, "risk"));
    processes::read(&drivers, &risks, &mut cx);
    let fuels = cx.all(table, "fuel", fuels::read);
    cx.links.complete &= fuels.is_ok();
    cx.links.fuels = fuels.unwrap_or_default();
    let assets = assets(table, &mut cx);
    let names: Vec<&str> = LISTS.iter().flat_map(|kind| named(table, kind)).filter_map(|a| a.name().ok()).collect();
    cx.unfollowed(&names);
    let discharge_for = discharge_for(table, &mut cx);
    let keep = keep(table, &mut cx);
    let questions = quantum::read(table, &mut cx);
    let (buses, carriers) = cx.buses.sorted()?;
    if !cx.links.complete {
        return Err(Reported);
    }
    let model = Model {
        seed: study::seed(table)?,
        clock: cx.study.clock()?,
        buses,
        carriers,
        assets: assets?,
        fuels: cx.links.fuels,
        processes: cx.links.processes,
        network: cx.grid?.network,
        charge_from: charge_from(table)?,
        discharge_for: discharge_for?,
        keep: keep?,
    };
    let questions = questions?;
    quantum::metrics(table, &questions, &model, cx.findings)?;
    Ok(Read { model, questions, inputs: cx.inputs })
}

/// Makes the reading of all assets from their kinds.
macro_rules! read_all {
    ($($(#[$about:meta])* $table:ident: $spec:ty,)*) => {
        fn assets(root: &Table, cx: &mut Check<'_>) -> Checked<Assets> {
            $(let $table = cx.all(root, stringify!($table), kinds::$table::read);)*
            Ok(Assets { $($table: $table?),* })
        }
    };
}
with_kinds!(read_all);

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

    /// Keeps a file that the scenario reads, once.
    pub fn keep(&mut self, input: Input) {
        if !self.inputs.contains(&input) {
            self.inputs.push(input);
        }
    }

    /// Takes down a fault.
    pub fn note(&mut self, fault: Found) -> Reported {
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

fn discharge_for(root: &Table, cx: &mut Check<'_>) -> Checked<DischargeFor> {
    let dispatch = root.get("dispatch").and_then(Node::table).ok_or(Reported)?;
    let Some(rule) = dispatch.get("discharge_for") else { return Ok(DischargeFor::Deficit) };
    match rule.text() {
        Some("deficit") => Ok(DischargeFor::Deficit),
        Some("merit_order") if charge_from(root)? == ChargeFrom::MustTake => Ok(DischargeFor::MeritOrder),
        Some("merit_order") => {
            let found = Found::new(rule.span, "dispatch.discharge_for", "needs charge_from = \"must_take\"");
            Err(cx.note(found.help("or storage would burn fuel to save fuel, and lose some on the way")))
        }
        _ => Err(Reported),
    }
}

/// The readable tables of a list.
pub(crate) fn named<'a>(root: &'a Table, kind: &'static str) -> Vec<Asset<'a>> {
    let nodes = root.get(kind).and_then(Node::list).unwrap_or_default();
    nodes.iter().enumerate().filter_map(|(i, node)| Asset::new(kind, i, node)).collect()
}

fn keep(root: &Table, cx: &mut Check<'_>) -> Checked<Keep> {
    let kept = root.get("outputs").and_then(|o| o.table()?.get("keep")?.list()).ok_or(Reported)?;
    if let Some(duals) = kept.iter().find(|k| k.text() == Some("duals"))
        && cx.grid?.network == Network::CopperPlate
    {
        let found = Found::new(duals.span, "outputs.keep", "asks for duals, which a copper plate has not");
        return Err(cx.note(found.help("choose a grid.model; one bus will do")));
    }
    Ok(Keep { timeline: kept.iter().any(|k| k.text() == Some("timeline")) })
}

//! What assets refer to: fuels, processes, and the effects that risks declare.
//!
//! Not here: reading the tables of processes and risks (`processes`) and of fuels (`fuels`).

use energyopti_engine::processes::Process;
use energyopti_engine::{Factor, Fuel};

use super::{Asset, Check, Checked, Reported};
use crate::document::Span;
use crate::fault::Found;
use crate::schema::{On, nearest};

/// Fuels and processes read so far, and what risks do.
#[derive(Default)]
pub(crate) struct Links {
    /// Processes and risks by name; kinds of assets may add their own.
    pub processes: Vec<Process>,
    /// Whether all of them could be read: if not, an unknown name may be one of the unreadable.
    pub complete: bool,
    /// Fuels by name.
    pub fuels: Vec<Fuel>,
    /// Declared effects.
    pub effects: Vec<Declared>,
}

/// A declared effect of a risk.
pub(crate) struct Declared {
    /// Name of a fuel or an asset.
    pub on: String,
    /// What of it.
    pub what: On,
    /// The factor.
    pub factor: Factor,
    /// Where `on` is written, and its path.
    pub place: (Span, String),
    /// Whether somebody follows it.
    pub followed: bool,
}

impl Check<'_> {
    /// The process that `node` of `asset` names.
    pub fn process(&mut self, asset: &Asset<'_>, key: &str) -> Checked<usize> {
        let name = asset.text(key)?;
        self.process_named(name, asset.span_of(key), &asset.at(key))
    }

    /// Takes in a process that an asset makes for itself alone; its name and stream are the asset's.
    pub fn own_process(&mut self, process: Process) -> usize {
        self.links.processes.push(process);
        self.links.processes.len() - 1
    }

    fn process_named(&mut self, name: &str, span: Span, at: &str) -> Checked<usize> {
        if let Some(index) = self.links.processes.iter().position(|p| p.name == name) {
            return Ok(index);
        }
        if !self.links.complete {
            return Err(Reported);
        }
        let help = nearest::help(name, self.links.processes.iter().map(|p| p.name.as_str()));
        let rule = format!("names a process that does not exist: `{name}`");
        Err(self.note(Found::new(span, at, rule).maybe_help(help)))
    }

    /// The factors that the list of processes at `key` makes; none where there is no list.
    pub fn factors(&mut self, asset: &Asset<'_>, key: &str) -> Checked<Vec<Factor>> {
        if !asset.has(key) {
            return Ok(Vec::new());
        }
        let nodes = asset.node(key)?.list().ok_or(Reported)?;
        let mut factors = Vec::new();
        let mut complete = true;
        for (i, node) in nodes.iter().enumerate() {
            let at = format!("{}[{i}]", asset.at(key));
            match node.text().ok_or(Reported).and_then(|name| self.process_named(name, node.span, &at)) {
                Ok(process) => factors.push(Factor { process, effect: energyopti_engine::Effect::Value }),
                Err(Reported) => complete = false,
            }
        }
        if complete { Ok(factors) } else { Err(Reported) }
    }

    /// The effects that risks declare on a quantity of the asset or fuel `name`.
    pub fn effects(&mut self, name: &str, what: On) -> Vec<Factor> {
        let declared = self.links.effects.iter_mut().filter(|d| d.on == name && d.what == what);
        declared
            .map(|declared| {
                declared.followed = true;
                declared.factor
            })
            .collect()
    }

    /// The factors at `key` and the declared effects on `what`, together.
    pub fn factors_and_effects(&mut self, asset: &Asset<'_>, key: &str, what: On) -> Checked<Vec<Factor>> {
        let mut factors = self.factors(asset, key);
        let effects = self.effects(asset.name().unwrap_or_default(), what);
        if let Ok(factors) = &mut factors {
            factors.extend(effects);
        }
        factors
    }

    /// The fuel that `key` names.
    pub fn fuel(&mut self, asset: &Asset<'_>, key: &str) -> Checked<usize> {
        let name = asset.text(key)?;
        if let Some(index) = self.links.fuels.iter().position(|f| f.name == name) {
            return Ok(index);
        }
        if !self.links.complete {
            return Err(Reported);
        }
        let help = nearest::help(name, self.links.fuels.iter().map(|f| f.name.as_str()));
        let help = help.or_else(|| Some("write a `[[fuel]]` table for it".to_owned()));
        let rule = format!("names a fuel that does not exist: `{name}`");
        Err(self.note(Found::new(asset.span_of(key), asset.at(key), rule).maybe_help(help)))
    }

    /// Once all assets are read: an effect that nobody follows is a fault.
    pub(super) fn unfollowed(&mut self, names: &[&str]) {
        let effects = std::mem::take(&mut self.links.effects);
        for effect in effects.iter().filter(|effect| !effect.followed) {
            let (span, at) = &effect.place;
            let found = if names.contains(&effect.on.as_str()) {
                Found::new(*span, at.clone(), format!("has nothing of this kind to affect: `{}`", effect.on))
                    .help("`price` and `p_max` of thermal units, `price` and `supply` of fuels, `load` of loads")
            } else {
                let rule = format!("names no fuel and no asset: `{}`", effect.on);
                Found::new(*span, at.clone(), rule).maybe_help(nearest::help(&effect.on, names.iter().copied()))
            };
            self.note(found);
        }
    }
}

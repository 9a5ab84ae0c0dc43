//! Which columns and metrics a model has, with the greatest value each column can take.

use std::collections::BTreeSet;

use super::Table;
use super::metrics::{Column, Formula, Metric, Quantity, Scope};
use super::moments::Scale;
use crate::body::Figure;
use crate::branch::Branch;
use crate::error::EngineError;
use crate::model::Model;
use crate::ports::{Demand, Flexible, Generator, Store};

/// The columns of a model, in the fixed order in which [`super::Recorder`] emits them, and the
/// metrics made of them.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// What each column is.
    pub columns: Vec<Column>,
    /// Metrics in the order in which they are told.
    pub metrics: Vec<Metric>,
    /// Greatest value of each column in one replica.
    pub bounds: Vec<f64>,
    pub(crate) scales: Vec<Scale>,
    /// Pairs of columns whose products are summed, for ratios and control variates.
    pub(crate) pairs: Vec<(usize, usize)>,
}

/// An asset's port, as the layout needs it.
pub(crate) enum Port<'a> {
    Generator(&'a Generator),
    Demand(&'a Demand),
    Store(&'a Store),
    Flexible(&'a Flexible),
    Branch(&'a Branch),
}

/// An asset as the layout needs it, by slot.
pub(crate) struct Listed<'a> {
    pub name: String,
    pub bus: usize,
    /// Whether it stands at an electric bus.
    pub electric: bool,
    pub port: Port<'a>,
    /// What its body counts.
    pub figures: Vec<Figure>,
}

impl Layout {
    /// Builds the layout from the columns that the recorder emits and their bounds.
    pub(crate) fn new(emitted: Vec<(Column, f64)>, model: &Model, assets: &[Listed<'_>]) -> Self {
        let (columns, bounds): (Vec<_>, Vec<_>) = emitted.into_iter().unzip();
        let scales = bounds.iter().map(|b| Scale::for_bound(*b)).collect();
        let mut layout = Self { columns, bounds, scales, ..Self::default() };
        layout.metrics = layout.name_metrics(model, assets);
        layout.pairs = layout.pairs_needed();
        layout
    }

    /// The index of a column.
    #[must_use]
    pub fn column(&self, scope: Scope, quantity: Quantity) -> Option<usize> {
        self.columns.iter().position(|c| *c == Column { scope, quantity })
    }

    /// Whether every figure of the first `active` lanes fits the scale on which it is summed.
    ///
    /// # Errors
    /// [`EngineError::Beyond`] with the first that does not: a saturated sum would be a wrong number.
    pub(crate) fn within_bounds(&self, table: &Table, active: usize) -> Result<(), EngineError> {
        for (index, (lanes, bound)) in table.columns.iter().zip(&self.bounds).enumerate() {
            let most = bound * (1.0 + 1e-9) + 1e-6;
            let Some(value) = lanes[..active].iter().find(|value| value.is_nan() || value.abs() > most) else {
                continue;
            };
            let named =
                self.metrics.iter().find(|m| matches!(m.formula, Formula::Mean { column, .. } if column == index));
            let metric = named.map_or_else(|| format!("{:?}", self.columns[index].quantity), |m| m.name.clone());
            return Err(EngineError::Beyond { metric, value: *value, bound: *bound });
        }
        Ok(())
    }

    fn name_metrics(&self, model: &Model, assets: &[Listed<'_>]) -> Vec<Metric> {
        let mut metrics = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            if let Some(name) = column.name(model, assets) {
                metrics.push(Metric { name, formula: Formula::Mean { column: index, factor: 1.0 } });
            }
            match (column.scope, column.quantity) {
                (Scope::System | Scope::Bus(_), Quantity::Eue) => {
                    let name = scoped("neue_ppm", column.scope, &model.buses);
                    let formula = self.ratio(index, column.scope, Quantity::Demand, 1e6);
                    metrics.push(Metric { name, formula });
                    if column.scope == Scope::System {
                        let formula = Formula::Cvar95 { column: index };
                        metrics.push(Metric { name: "cvar95_ue_mwh".to_owned(), formula });
                    }
                }
                (scope @ (Scope::System | Scope::Bus(_)), Quantity::Depths) => {
                    let depth = self.ratio(index, scope, Quantity::Lolf, 1.0);
                    metrics.push(Metric { name: scoped("event_depth_mw", scope, &model.buses), formula: depth });
                    let duration = self
                        .column(scope, Quantity::Lole)
                        .map_or(Formula::Undefined, |lole| self.ratio(lole, scope, Quantity::Lolf, 1.0));
                    metrics.push(Metric { name: scoped("event_duration_h", scope, &model.buses), formula: duration });
                }
                (Scope::Bus(_), Quantity::Price) => {
                    let formula = Formula::Mean { column: index, factor: 1.0 / model.clock.horizon_h() };
                    metrics.push(Metric { name: scoped("lmp_per_mwh", column.scope, &model.buses), formula });
                }
                (Scope::Asset(slot), Quantity::Energy) => {
                    metrics.extend(per_size(index, &assets[slot], model.clock.horizon_h()));
                }
                _ => {}
            }
        }
        metrics
    }

    fn ratio(&self, numerator: usize, scope: Scope, below: Quantity, factor: f64) -> Formula {
        self.column(scope, below).map_or(Formula::Undefined, |denominator| Formula::Ratio {
            numerator,
            denominator,
            factor,
        })
    }

    fn pairs_needed(&self) -> Vec<(usize, usize)> {
        let ratios = self.metrics.iter().filter_map(|m| match m.formula {
            Formula::Ratio { numerator, denominator, .. } => Some((numerator, denominator)),
            _ => None,
        });
        let controls = [(Quantity::Lole, Quantity::LoleWithoutStorage), (Quantity::Eue, Quantity::EueWithoutStorage)];
        let controls = controls
            .iter()
            .filter_map(|(y, c)| Some((self.column(Scope::System, *y)?, self.column(Scope::System, *c)?)));
        // A set, since two metrics may need the same pair.
        let pairs: BTreeSet<_> = ratios.chain(controls).collect();
        pairs.into_iter().collect()
    }
}

fn scoped(base: &str, scope: Scope, buses: &[String]) -> String {
    match scope {
        Scope::Bus(bus) => format!("{base}.{}", buses[bus]),
        _ => base.to_owned(),
    }
}

/// Energy in relation to an asset's size.
fn per_size(column: usize, asset: &Listed<'_>, horizon_h: f64) -> Option<Metric> {
    let (name, size) = match asset.port {
        Port::Generator(g) => ("capacity_factor", g.p_nom_mw * horizon_h),
        Port::Store(s) => ("cycles", s.e_nom_mwh),
        Port::Flexible(f) => ("capacity_factor", f.p_nom_mw * horizon_h),
        Port::Demand(_) | Port::Branch(_) => return None,
    };
    let formula = if size > 0.0 { Formula::Mean { column, factor: 1.0 / size } } else { Formula::Undefined };
    Some(Metric { name: format!("{name}.{}", asset.name), formula })
}

//! `method = "exact"`: the model as a capacity-outage convolution, where it is one.
//!
//! The same translation, storage left out, gives the expectation of the control variate.

use energyopti_adequacy::{Adequacy, Course, Down, Limits, System, Tier, Unit, assess, event_frequency};
use energyopti_engine::assets::Common;
use energyopti_engine::assets::load::Load;
use energyopti_engine::record::metrics::Formula;
use energyopti_engine::{Carrier, Controls, Estimate, Layout, Model, Results, Series};

use super::BatchError;

/// The exact results of a model. Metrics that need a simulation are undefined.
pub(super) fn results(model: &Model, layout: &Layout) -> Result<Results, BatchError> {
    Ok(of_values(layout, &values(model, layout)?))
}

/// Whether a model suits the convolution, without doing it.
pub(crate) fn suits(model: &Model) -> Result<(), BatchError> {
    system(model, Storage::Refused).map(drop)
}

/// The value of each metric of `layout`, where it is defined.
pub(crate) fn values(model: &Model, layout: &Layout) -> Result<Vec<Option<f64>>, BatchError> {
    let system = system(model, Storage::Refused)?;
    let limits = Limits::default();
    let adequacy = assess(&system, &limits).map_err(unsuited)?;
    // LOLF costs more than the rest and may be refused where they are not: then it is undefined.
    let lolf = event_frequency(&system, &limits).ok().map(|events| events.lolf());
    let load_mwh: f64 =
        mean_energy(model, &model.assets.load.iter().map(|l| (&l.p_mw, units(&l.common))).collect::<Vec<_>>());
    let known = Known { adequacy: &adequacy, lolf, load_mwh, model };
    let values = layout
        .metrics
        .iter()
        .map(|metric| if metric.formula == Formula::Undefined { None } else { known.value(&metric.name) });
    Ok(values.collect())
}

/// Results of exact values, one per metric of `layout`.
pub(crate) fn of_values(layout: &Layout, values: &[Option<f64>]) -> Results {
    let estimate =
        |value: &Option<f64>| value.map_or(Estimate { n: None, ..Estimate::undefined(None) }, Estimate::exact);
    let metrics = layout.metrics.iter().zip(values).map(|(metric, value)| (metric.name.clone(), estimate(value)));
    Results { replicas: None, metrics: metrics.collect(), margin: None, timeline: None }
}

/// The expectations of LOLE and EUE without storage.
pub(super) fn controls(model: &Model) -> Result<Controls, BatchError> {
    if model.assets.battery.is_empty() {
        let reason = "variance_reduction = \"control_variate\" compares each future with itself without storage, \
                      and this scenario has no battery; leave it out, or use method = \"exact\"";
        return Err(BatchError::Unsuited(reason.to_owned()));
    }
    let adequacy = assess(&system(model, Storage::LeftOut)?, &Limits::default()).map_err(unsuited)?;
    Ok(Controls { lole_h: adequacy.lole_h(), eue_mwh: adequacy.eue_mwh() })
}

fn unsuited(refusal: energyopti_adequacy::Refusal) -> BatchError {
    BatchError::Unsuited(format!("the exact convolution is not possible: {refusal}"))
}

/// What becomes of storage.
#[derive(Clone, Copy, PartialEq)]
enum Storage {
    Refused,
    LeftOut,
}

fn system(model: &Model, storage: Storage) -> Result<System, BatchError> {
    for entry in model.assets.entries() {
        let is_storage = entry.table == "battery";
        if let Some(reason) = entry.ties_hours.filter(|_| !is_storage || storage == Storage::Refused) {
            let help = if is_storage {
                " (with variance_reduction = \"control_variate\" for narrow intervals), or set its e_nom_mwh to 0"
            } else {
                ""
            };
            return Err(BatchError::Unsuited(format!(
                "method = \"exact\" cannot see {} `{}`: {reason}; use method = \"sequential\"{help}",
                entry.table, entry.common.name
            )));
        }
    }
    if let Some(bus) = (0..model.buses.len()).find(|bus| model.carrier(*bus) != Carrier::Electricity) {
        return Err(BatchError::Unsuited(format!(
            "method = \"exact\" knows electricity alone, and bus `{}` carries something else; use method = \
             \"sequential\"",
            model.buses[bus]
        )));
    }
    if let Some(load) = model.assets.load.iter().find(|l| l.common.outage.is_some()) {
        return Err(BatchError::Unsuited(format!(
            "the exact convolution cannot see outages of load `{}`; use method = \"sequential\" or remove them",
            load.common.name
        )));
    }
    let generators = generators(model)?;
    let (certain, random): (Vec<_>, Vec<_>) = generators.iter().partition(|(common, _)| common.outage.is_none());
    let certain: Vec<_> = certain.into_iter().map(|(common, series)| (series, units(common))).collect();
    let units = random.into_iter().map(|(common, series)| {
        let outage = common.outage.as_ref().map_or(&[][..], |o| &o.states);
        let downs: Vec<_> =
            outage.iter().map(|s| Down { p_max_pu: s.p_max_pu, failure: s.failure, repair: s.repair }).collect();
        Unit::with_outage(&common.name, common.count, course(series), &downs)
    });
    Ok(System {
        step_h: model.clock.step_h,
        steps: model.clock.steps(),
        units: units.collect(),
        must_take_mw: sum(model, &certain),
        tiers: tiers(model),
    })
}

/// What could give power, with its course.
fn generators(model: &Model) -> Result<Vec<(&Common, Series)>, BatchError> {
    let clock = &model.clock;
    let thermal = model.assets.thermal.iter().map(|a| (&a.common, Some(a.p_max_mw.clone())));
    let solar = model.assets.solar.iter().map(|a| (&a.common, a.p_max_mw(clock)));
    let wind = model.assets.wind.iter().map(|a| (&a.common, a.p_max_mw(clock)));
    let known = |(common, course): (_, Option<Series>)| {
        let common: &Common = common;
        course.map(|course| (common, course)).ok_or_else(|| {
            BatchError::Unsuited(format!(
                "the exact convolution cannot see the weather of `{}`, which a process draws; use method = \
                 \"sequential\", or give it a `profile`",
                common.name
            ))
        })
    };
    thermal.chain(solar).chain(wind).map(known).collect()
}

fn units(common: &Common) -> f64 {
    f64::from(common.count)
}

/// The tiers of all loads in the engine's shed order: cheapest first, of equal value the one that
/// is not firm first.
fn tiers(model: &Model) -> Vec<Tier> {
    let mut order: Vec<(f64, bool)> =
        model.assets.load.iter().flat_map(|l| &l.tiers).map(|t| (t.voll_per_mwh, t.firm)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.dedup();
    let share = |load: &Load, level: (f64, bool)| -> f64 {
        load.tiers.iter().filter(|t| (t.voll_per_mwh, t.firm) == level).map(|t| t.share_pu).sum()
    };
    order
        .into_iter()
        .map(|level| {
            let parts: Vec<_> =
                model.assets.load.iter().map(|l| (&l.p_mw, units(&l.common) * share(l, level))).collect();
            Tier { p_mw: sum(model, &parts), firm: level.1 }
        })
        .collect()
}

fn course(series: &Series) -> Course {
    match series {
        Series::Constant(value) => Course::Constant(*value),
        Series::Steps(values) => Course::Steps(values.clone()),
        Series::Years { years, values } => Course::Years { years: *years, values: values.clone() },
    }
}

/// The weighted sum of series.
fn sum(model: &Model, parts: &[(&Series, f64)]) -> Course {
    let years = parts.iter().map(|(series, _)| series.years()).max().unwrap_or(1);
    let at = |step, year: usize| {
        let value =
            |(series, weight): &(&Series, f64)| series.at(step, if series.years() == 1 { 0 } else { year }) * weight;
        parts.iter().map(value).sum::<f64>()
    };
    let values = (0..model.clock.steps()).flat_map(|step| (0..years).map(move |year| at(step, year))).collect();
    if years == 1 { Course::Steps(values) } else { Course::Years { years, values } }
}

/// Energy over the horizon in MWh, weather years averaged.
#[expect(clippy::cast_precision_loss, reason = "a handful of weather years")]
fn mean_energy(model: &Model, parts: &[(&Series, f64)]) -> f64 {
    let (years, total) = match sum(model, parts) {
        Course::Constant(value) => (1, value * model.clock.steps() as f64),
        Course::Steps(values) => (1, values.iter().sum()),
        Course::Years { years, values } => (years, values.iter().sum()),
    };
    total * model.clock.step_h / years as f64
}

/// What the convolution knows, by metric.
struct Known<'a> {
    adequacy: &'a Adequacy,
    lolf: Option<f64>,
    load_mwh: f64,
    model: &'a Model,
}

impl Known<'_> {
    fn value(&self, name: &str) -> Option<f64> {
        let (base, scope) = name.split_once('.').unwrap_or((name, ""));
        match base {
            "lole_h_by_month" => Some(self.by_month(&self.adequacy.lolp, scope)),
            "eue_mwh_by_month" => Some(self.by_month(&self.adequacy.unserved_mw, scope)),
            "lole_h_by_hour" => Some(self.by_hour(&self.adequacy.lolp, scope)),
            "eue_mwh_by_hour" => Some(self.by_hour(&self.adequacy.unserved_mw, scope)),
            // One bus is the system; how a shortage falls on several is known to the simulation.
            _ if !scope.is_empty() && (self.model.buses.len() > 1 || self.model.buses[0] != scope) => None,
            "lole_h" => Some(self.adequacy.lole_h()),
            "eue_mwh" => Some(self.adequacy.eue_mwh()),
            "lolf" => self.lolf,
            "event_duration_h" => self.lolf.filter(|f| *f > 0.0).map(|f| self.adequacy.lole_h() / f),
            "load_mwh" => Some(self.load_mwh),
            "neue_ppm" => (self.load_mwh > 0.0).then(|| self.adequacy.eue_mwh() / self.load_mwh * 1e6),
            _ => None,
        }
    }

    fn by_month(&self, per_step: &[f64], month: &str) -> f64 {
        self.where_stamp(per_step, |stamp| month.parse() == Ok(stamp.month + 1))
    }

    fn by_hour(&self, per_step: &[f64], hour: &str) -> f64 {
        self.where_stamp(per_step, |stamp| hour.parse() == Ok(stamp.hour))
    }

    fn where_stamp(&self, per_step: &[f64], inside: impl Fn(&energyopti_engine::Stamp) -> bool) -> f64 {
        let stamped = self.model.clock.stamps.iter().zip(per_step);
        stamped.filter(|(stamp, _)| inside(stamp)).map(|(_, value)| value).sum::<f64>() * self.model.clock.step_h
    }
}

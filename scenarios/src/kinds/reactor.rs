//! `[[reactor]]`: the table, its presets, and the engine's reactor that it becomes.

use energyopti_engine::assets::fault::Fault;
use energyopti_engine::assets::reactor::envelope::{EnvelopeTable, Range};
use energyopti_engine::assets::reactor::reactivity::ReactivityBalance;
use energyopti_engine::assets::reactor::xenon::XenonModel;
use energyopti_engine::assets::reactor::{HeatExtraction, Reactor, Refuelling};
use energyopti_engine::{Carrier, Factor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::{On, OutageSpec};

/// A nuclear reactor of the PWR kind: it runs between its least power and what ramps, xenon and
/// burnup allow, starts in equilibrium at full power, and starts again as soon as it may.
///
/// In `replay`, `power_pu` is where the step ends and `p_mw` its mean; `refusal` says why it gave no more: 0 nothing was refused, 1 forced outage, 2
/// refuelling, 3 xenon leaves no margin for the least power, 4 xenon leaves none for the power
/// wanted, 5 burnup leaves none (stretch-out), 7 ramp, 9 partial outage or process, 10 heat taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReactorSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Typical values for the keys that are left out.
    #[serde(default)]
    pub preset: ReactorPreset,
    /// Rated electric power without heat extraction.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub p_nom_mw: f64,
    /// Electric power over thermal power, above 0 and at most 1.
    #[serde(default = "efficiency")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency: f64,
    /// Cost per MWh of electricity; heat costs what the electricity lost for it would have.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// Burnup of the cycle at the start, effective full power days.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub efpd_initial: f64,
    /// Least power that can be held, share of full power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_load_pu: Option<f64>,
    /// Share of the cycle after which power no longer follows load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub flexible_share: Option<f64>,
    /// How fast power moves, by range of power from 0 to 1, lowest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 4))]
    pub ramps: Option<Vec<RampSpec>>,
    /// Reactivity and xenon of the core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<CoreSpec>,
    /// Heat taken from the turbine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat: Option<HeatSpec>,
    /// When it is refuelled; a new cycle follows. Without it power falls after the end of the cycle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuelling: Option<RefuellingSpec>,
    /// Processes that multiply the power it could give; above 1 they do nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p_max_factors: Vec<String>,
    /// How it fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

/// Typical values of a class of reactors, of no particular plant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReactorPreset {
    /// A large pressurised water reactor on an 18-month cycle.
    #[default]
    Pwr,
    /// A small integral one on a 24-month cycle.
    Smr,
}

/// How fast power moves between two powers, up and down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RampSpec {
    /// Lower end, share of full power.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub from_pu: f64,
    /// Upper end, share of full power.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub to_pu: f64,
    /// Share of full power per minute, above 0.
    #[schemars(range(max = 100.0), extend("exclusiveMinimum" = 0))]
    pub pu_per_min: f64,
}

/// Reactivity and xenon of a core. What is left out follows from the preset.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoreSpec {
    /// Length of the cycle in effective full power days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e5), extend("exclusiveMinimum" = 0))]
    pub cycle_efpd: Option<f64>,
    /// Excess reactivity at the beginning of the cycle, full power, equilibrium xenon; 0 at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub excess_begin_pcm: Option<f64>,
    /// Doppler coefficient, per K of fuel temperature; below 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e6, max = 0.0))]
    pub doppler_pcm_per_k: Option<f64>,
    /// Rise of the mean fuel temperature from zero to full power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e5), extend("exclusiveMinimum" = 0))]
    pub fuel_rise_k: Option<f64>,
    /// Moderator coefficient at the beginning of the cycle, per K of coolant; not above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e6, max = 0.0))]
    pub moderator_begin_pcm_per_k: Option<f64>,
    /// Moderator coefficient at the end of the cycle, without boron.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e6, max = 0.0))]
    pub moderator_end_pcm_per_k: Option<f64>,
    /// Rise of the mean coolant temperature from zero to full power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub coolant_rise_k: Option<f64>,
    /// Worth of the equilibrium xenon at full power; below 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e6, max = 0.0))]
    pub xenon_worth_pcm: Option<f64>,
    /// Thermal neutron flux at full power, per cm2 and s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e18), extend("exclusiveMinimum" = 0))]
    pub flux_full_power: Option<f64>,
    /// Half-life of iodine-135.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub half_life_iodine_h: Option<f64>,
    /// Half-life of xenon-135.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub half_life_xenon_h: Option<f64>,
}

/// Heat taken from the turbine for a heat bus. It comes before electricity: the core runs at least
/// as high as the heat needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeatSpec {
    /// Name of the heat bus.
    pub bus: String,
    /// Greatest heat.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub heat_max_mw: f64,
    /// Electric MW lost per MW of heat.
    #[serde(default = "power_loss_factor")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub power_loss_factor: f64,
}

/// A refuelling: at a known time, or at the end of the cycle in each future.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuellingSpec {
    /// When it starts, in hours from the start of the horizon; or `automatic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub start_h: Option<f64>,
    /// Whether it starts when the burnup reaches the end of the cycle; or `start_h`.
    #[serde(default)]
    pub automatic: bool,
    /// How long it lasts.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub duration_h: f64,
}

fn efficiency() -> f64 {
    0.33
}

fn power_loss_factor() -> f64 {
    0.2
}

/// What a preset stands for.
fn typical(smr: bool) -> (ReactivityBalance, XenonModel, EnvelopeTable) {
    if smr {
        (ReactivityBalance::SMR, XenonModel::SMR, EnvelopeTable::smr())
    } else {
        (ReactivityBalance::PWR, XenonModel::PWR, EnvelopeTable::pwr())
    }
}

impl SpellOut for ReactorSpec {
    fn spell_out(&mut self) {
        let (core, xenon, envelope) = typical(self.preset == ReactorPreset::Smr);
        self.min_load_pu.get_or_insert(envelope.min_load_pu);
        self.flexible_share.get_or_insert(envelope.flexible_share);
        let spec = |r: &Range| RampSpec { from_pu: r.from_pu, to_pu: r.to_pu, pu_per_min: r.pu_per_min };
        self.ramps.get_or_insert_with(|| envelope.ranges.iter().map(spec).collect());
        let own = self.core.get_or_insert_default();
        own.cycle_efpd.get_or_insert(core.cycle_efpd);
        own.excess_begin_pcm.get_or_insert(core.excess_begin_pcm);
        own.doppler_pcm_per_k.get_or_insert(core.doppler_pcm_per_k);
        own.fuel_rise_k.get_or_insert(core.fuel_rise_k);
        own.moderator_begin_pcm_per_k.get_or_insert(core.moderator_begin_pcm_per_k);
        own.moderator_end_pcm_per_k.get_or_insert(core.moderator_end_pcm_per_k);
        own.coolant_rise_k.get_or_insert(core.coolant_rise_k);
        own.xenon_worth_pcm.get_or_insert(core.xenon_worth_pcm);
        own.flux_full_power.get_or_insert(xenon.flux_full_power);
        own.half_life_iodine_h.get_or_insert(xenon.half_life_iodine_h);
        own.half_life_xenon_h.get_or_insert(xenon.half_life_xenon_h);
    }
}

/// Reads one reactor.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Reactor> {
    let common = asset.common(cx);
    let availability: Checked<Vec<Factor>> = cx.factors_and_effects(asset, "p_max_factors", On::PMax);
    let typical = typical(asset.text("preset")? == "smr");
    let core = core(asset, (typical.0, typical.1), cx);
    let envelope = envelope(asset, typical.2, cx);
    let refuelling = refuelling(asset, cx);
    let heat = heat(asset, cx);
    let (core, xenon) = core?;
    let reactor = Reactor {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        efficiency: asset.number("efficiency")?,
        heat: heat?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
        core,
        xenon,
        envelope: envelope?,
        efpd_initial: asset.number("efpd_initial")?,
        refuelling: refuelling?,
        availability: availability?,
    };
    let place = if asset.has("heat") { asset.inner("heat")? } else { asset.clone() };
    place.report(&reactor.balance().faults(), cx)?;
    Ok(reactor)
}

/// The core of the preset with what the table says otherwise.
fn core(
    asset: &Asset<'_>,
    (mut core, mut xenon): (ReactivityBalance, XenonModel),
    cx: &mut Check<'_>,
) -> Checked<(ReactivityBalance, XenonModel)> {
    if !asset.has("core") {
        return Ok((core, xenon));
    }
    let part = asset.inner("core")?;
    let keys = [
        ("cycle_efpd", &mut core.cycle_efpd),
        ("excess_begin_pcm", &mut core.excess_begin_pcm),
        ("doppler_pcm_per_k", &mut core.doppler_pcm_per_k),
        ("fuel_rise_k", &mut core.fuel_rise_k),
        ("moderator_begin_pcm_per_k", &mut core.moderator_begin_pcm_per_k),
        ("moderator_end_pcm_per_k", &mut core.moderator_end_pcm_per_k),
        ("coolant_rise_k", &mut core.coolant_rise_k),
        ("xenon_worth_pcm", &mut core.xenon_worth_pcm),
        ("flux_full_power", &mut xenon.flux_full_power),
        ("half_life_iodine_h", &mut xenon.half_life_iodine_h),
        ("half_life_xenon_h", &mut xenon.half_life_xenon_h),
    ];
    for (key, value) in keys {
        *value = part.number_or(key, *value)?;
    }
    let mut faults = core.faults();
    faults.extend(xenon.faults());
    part.report(&faults, cx)?;
    Ok((core, xenon))
}

/// Ramps, least load and flexibility, with the preset's where the table is silent.
fn envelope(asset: &Asset<'_>, mut envelope: EnvelopeTable, cx: &mut Check<'_>) -> Checked<EnvelopeTable> {
    envelope.min_load_pu = asset.number_or("min_load_pu", envelope.min_load_pu)?;
    envelope.flexible_share = asset.number_or("flexible_share", envelope.flexible_share)?;
    if asset.has("ramps") {
        let number = |part: &Asset<'_>| {
            let (from_pu, to_pu) = (part.number("from_pu")?, part.number("to_pu")?);
            Ok(Range { from_pu, to_pu, pu_per_min: part.number("pu_per_min")? })
        };
        envelope.ranges = asset.parts("ramps")?.iter().map(number).collect::<Checked<_>>()?;
    }
    let named = |fault: Fault| Fault { key: if fault.key == "ranges" { "ramps" } else { fault.key }, ..fault };
    asset.report(&envelope.faults().into_iter().map(named).collect::<Vec<_>>(), cx)?;
    Ok(envelope)
}

fn heat(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<HeatExtraction>> {
    if !asset.has("heat") {
        return Ok(None);
    }
    let part = asset.inner("heat")?;
    let bus = part.bus("bus", &[Carrier::Heat], cx)?;
    let (heat_max_mw, power_loss_factor) = (part.number("heat_max_mw")?, part.number("power_loss_factor")?);
    Ok(Some(HeatExtraction { bus, heat_max_mw, power_loss_factor }))
}

/// A planned refuelling covers the steps that start within it; its end may lie behind the horizon.
fn refuelling(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Refuelling> {
    if !asset.has("refuelling") {
        return Ok(Refuelling::Never);
    }
    let part = asset.inner("refuelling")?;
    let (automatic, duration_h) = (part.flag("automatic")?, part.number("duration_h")?);
    match (automatic, part.has("start_h")) {
        (true, false) => return Ok(Refuelling::AtEndOfCycle { duration_h }),
        (false, true) => {}
        (both, _) => {
            let rule =
                if both { "has both `start_h` and `automatic`: write only one" } else { "does not say when it starts" };
            let found = Found::new(part.span, part.path.clone(), rule);
            return Err(cx.note(found.help("write start_h, or automatic = true for the end of the cycle")));
        }
    }
    let start_h = part.number("start_h")?;
    let (step_h, horizon_h) = (cx.study.step_h()?, cx.study.horizon_h()?);
    if start_h >= horizon_h {
        let rule = format!("lies behind the horizon of {horizon_h} hours");
        return Err(cx.note(Found::new(part.span_of("start_h"), part.at("start_h"), rule)));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours are not below 0 or above 1e9")]
    let step = |hours: f64| (hours / step_h - 1e-9).ceil().max(0.0) as usize;
    let (first, last) = (step(start_h), step(start_h + duration_h));
    if first >= last {
        let rule = "is shorter than a step and covers the start of none";
        return Err(cx.note(Found::new(part.span_of("duration_h"), part.at("duration_h"), rule)));
    }
    Ok(Refuelling::Planned { first, steps: last - first })
}

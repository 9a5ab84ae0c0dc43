//! Stochastic processes and risks: their tables to the engine's processes.

use energyopti_engine::assets::fault::Fault;
use energyopti_engine::processes::{
    Bounds, By, Duration, JumpSize, Jumps, Kind, Law, MeanReverting, Process, Regime, Regimes, Risk, Season, Severity,
    faults_between,
};
use energyopti_engine::{Effect, Factor};

use super::links::Declared;
use super::{Asset, Check, Checked, Reported};
use crate::fault::Found;
use crate::schema::On;

/// Hours of the year that `events_per_year` means.
const YEAR_H: f64 = 8760.0;

/// Reads all processes and risks, by name, and what risks affect.
pub(super) fn read(processes: &[Asset<'_>], risks: &[Asset<'_>], cx: &mut Check<'_>) {
    let mut complete = true;
    let mut read: Vec<(Process, Asset<'_>)> = Vec::new();
    for (asset, make) in processes
        .iter()
        .map(|a| (a, process as fn(&Asset<'_>, &mut Check<'_>) -> Checked<Process>))
        .chain(risks.iter().map(|a| (a, risk as fn(&Asset<'_>, &mut Check<'_>) -> Checked<Process>)))
    {
        match make(asset, cx) {
            Ok(made) => read.push((made, asset.clone())),
            Err(Reported) => complete = false,
        }
    }
    read.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    cx.links.processes = read.iter().map(|(process, _)| process.clone()).collect();
    cx.links.complete = complete;
    for at in 0..read.len() {
        match correlated(&read[at].1, cx) {
            Ok(pairs) => cx.links.processes[at].correlated = pairs,
            Err(Reported) => cx.links.complete = false,
        }
    }
    if cx.links.complete {
        for (at, fault) in faults_between(&cx.links.processes) {
            report(&read[at].1, &fault, cx);
            cx.links.complete = false;
        }
    }
    for risk in risks {
        if effects(risk, cx).is_err() {
            cx.links.complete = false;
        }
    }
}

/// Notes a fault of a process where the file says what is at fault: its key may stand in a table of
/// the process's, or be called otherwise there.
fn report(asset: &Asset<'_>, fault: &Fault, cx: &mut Check<'_>) {
    let key = match fault.key {
        "states" | "next" | "mean_sojourn_h" if asset.has("regimes") => "regimes",
        "monthly_course" => "monthly_index",
        key => key.strip_prefix("severity_").or_else(|| key.strip_prefix("duration_")).unwrap_or(key),
    };
    let tables = ["law", "jumps", "season", "severity", "duration"];
    let inner = tables.iter().filter_map(|table| asset.inner(table).ok()).find(|table| table.has(key));
    let place = if asset.has(key) { asset.clone() } else { inner.unwrap_or_else(|| asset.clone()) };
    cx.note(Found::new(place.span_of(key), place.at(key), fault.rule.clone()));
}

fn process(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Process> {
    let kind = match (asset.has("law"), asset.has("regimes")) {
        (true, false) => mean_reverting(asset, cx),
        (false, true) => regimes(asset, cx),
        (both, _) => {
            let rule = if both { "has both `law` and `regimes`: write only one" } else { "does not say its values" };
            Err(cx.note(Found::new(asset.span, asset.path.clone(), rule).help("write one of `law` and `regimes`")))
        }
    };
    let season = season(asset);
    let bound = |key: &str, none: f64| asset.number_or(key, none);
    let mut process = Process::new(asset.name()?, kind?);
    process.stream = stream(asset)?;
    process.season = season?;
    process.bounds = Bounds { min: bound("min", f64::NEG_INFINITY)?, max: bound("max", f64::INFINITY)? };
    Ok(process)
}

fn stream(asset: &Asset<'_>) -> Checked<String> {
    let name = if asset.has("stream") { asset.text("stream") } else { asset.name() };
    name.map(str::to_owned)
}

fn mean_reverting(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Kind> {
    let law = law(&asset.inner("law")?, cx)?;
    let jumps = if asset.has("jumps") { Some(jumps(&asset.inner("jumps")?)?) } else { None };
    Ok(Kind::MeanReverting(MeanReverting { law, half_life_h: asset.number("half_life_h")?, jumps }))
}

fn law(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Law> {
    let kind = part.text("kind")?;
    let keys: &[&str] = match kind {
        "normal" => &["mean", "standard_deviation"],
        "lognormal" => &["mean", "log_standard_deviation"],
        "weibull" => &["shape", "scale"],
        _ => {
            let found = Found::new(part.span_of("kind"), part.at("kind"), format!("is no law: `{kind}`"));
            return Err(cx.note(found.help("choose from normal, lognormal and weibull")));
        }
    };
    let mut complete = true;
    for key in ["mean", "standard_deviation", "log_standard_deviation", "shape", "scale"] {
        let wanted = keys.contains(&key);
        if wanted != part.has(key) {
            let rule =
                if wanted { format!("is missing for a {kind} law") } else { format!("belongs to no {kind} law") };
            cx.note(Found::new(if wanted { part.span } else { part.key_span(key) }, part.at(key), rule));
            complete = false;
        }
    }
    if !complete {
        return Err(Reported);
    }
    let (first, second) = (part.number(keys[0])?, part.number(keys[1])?);
    Ok(match kind {
        "normal" => Law::Normal { mean: first, standard_deviation: second },
        "lognormal" => Law::Lognormal { mean: first, log_standard_deviation: second },
        _ => Law::Weibull { shape: first, scale: second },
    })
}

/// Sizes are normal: of a lognormal law they are added to the logarithm, so they multiply, up or down.
fn jumps(part: &Asset<'_>) -> Checked<Jumps> {
    let (mean, spread) = (part.number("mean")?, part.number("standard_deviation")?);
    let size = JumpSize::Normal { mean, standard_deviation: spread };
    let hazard_per_h = part.number("events_per_year")? / YEAR_H;
    Ok(Jumps { hazard_per_h, size, half_life_h: part.number("half_life_h")? })
}

fn regimes(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Kind> {
    if asset.has("jumps") {
        cx.note(Found::new(asset.key_span("jumps"), asset.at("jumps"), "belongs to `law`, not to `regimes`"));
    }
    let states: Checked<Vec<Regime>> = asset.parts("regimes")?.iter().map(regime).collect();
    Ok(Kind::Regimes(Regimes { states: states?, half_life_h: asset.number("half_life_h")? }))
}

fn regime(part: &Asset<'_>) -> Checked<Regime> {
    Ok(Regime {
        mean: part.number("mean")?,
        standard_deviation: part.number("standard_deviation")?,
        mean_sojourn_h: part.number("mean_sojourn_h")?,
        next: part.numbers("next")?,
    })
}

fn season(asset: &Asset<'_>) -> Checked<Option<Season>> {
    if !asset.has("season") {
        return Ok(None);
    }
    let part = asset.inner("season")?;
    let by = if part.text("by")? == "add" { By::Add } else { By::Multiply };
    let neutral = if by == By::Add { 0.0 } else { 1.0 };
    let mut season = Season { months: [neutral; 12], hours: [neutral; 24], by };
    if part.has("months") {
        season.months = part.numbers("months")?.try_into().map_err(|_| Reported)?;
    }
    if part.has("hours") {
        season.hours = part.numbers("hours")?.try_into().map_err(|_| Reported)?;
    }
    Ok(Some(season))
}

fn correlated(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Vec<(usize, f64)>> {
    let parts = asset.parts("correlated")?;
    let pairs: Vec<Checked<_>> =
        parts.iter().map(|part| Ok((cx.process(part, "process")?, part.number("correlation")?))).collect();
    pairs.into_iter().collect()
}

fn risk(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Process> {
    let severity = severity(&asset.inner("severity")?, cx);
    let duration = duration(&asset.inner("duration")?, cx);
    let course = monthly_course(asset, cx);
    let risk = Risk {
        events_per_year: asset.number("events_per_year")?,
        monthly_course: course?,
        severity: severity?,
        duration: duration?,
    };
    let mut process = Process::new(asset.name()?, Kind::Risk(risk));
    process.stream = stream(asset)?;
    Ok(process)
}

/// A monthly index over its mean, from the horizon's first month on; empty where there is none.
fn monthly_course(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Vec<f64>> {
    if !asset.has("monthly_index") {
        return Ok(Vec::new());
    }
    let (index, skipped) = if asset.node("monthly_index")?.list().is_some() {
        (asset.numbers("monthly_index")?, 0)
    } else {
        let part = asset.inner("monthly_index")?;
        let index = column(&part, cx)?;
        let skipped = skipped_months(&part, index.len(), cx)?;
        (index, skipped)
    };
    if index.iter().sum::<f64>() <= 0.0 || index.iter().any(|value| *value < 0.0) {
        let rule = "must hold no negative value, and not only zeros";
        return Err(cx.note(Found::new(asset.span_of("monthly_index"), asset.at("monthly_index"), rule)));
    }
    Ok(Risk::course(&index).split_off(skipped))
}

fn column(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Vec<f64>> {
    let (file, input) = cx.shared.file(part.node("file")?, &part.at("file"), cx.findings)?;
    cx.keep(input);
    let (_, _, values) = cx.shared.column(&file, part.node("column")?, &part.at("column"), cx.findings)?;
    Ok(values.to_vec())
}

/// Rows of a file that begins with `first_month` before the horizon's first month.
fn skipped_months(part: &Asset<'_>, rows: usize, cx: &mut Check<'_>) -> Checked<usize> {
    if !part.has("first_month") {
        return Ok(0);
    }
    let text = part.text("first_month")?;
    let month = |rule: &str| Found::new(part.span_of("first_month"), part.at("first_month"), rule);
    let Ok(first) = format!("{text}-01").parse::<jiff::civil::Date>() else {
        return Err(cx.note(month("is no month").help("write it as 1985-01")));
    };
    let start = cx.study.start()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    let months = |date: jiff::civil::Date| i64::from(date.year()) * 12 + i64::from(date.month());
    match usize::try_from(months(start) - months(first)) {
        Ok(skipped) if skipped < rows => Ok(skipped),
        _ => {
            let rule = format!("does not reach the horizon's first month, {}-{:02}", start.year(), start.month());
            Err(cx.note(month(&rule).help(format!("the file has {rows} months"))))
        }
    }
}

fn severity(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Severity> {
    let has = |keys: &[&str]| {
        let all = ["fixed", "min", "max", "median", "log_standard_deviation"];
        all.iter().all(|key| keys.contains(key) == part.has(key))
    };
    if has(&["fixed"]) {
        Ok(Severity::Fixed(part.number("fixed")?))
    } else if has(&["min", "max"]) {
        Ok(Severity::Uniform { min: part.number("min")?, max: part.number("max")? })
    } else if has(&["median", "log_standard_deviation"]) {
        let log_standard_deviation = part.number("log_standard_deviation")?;
        Ok(Severity::Lognormal { median: part.number("median")?, log_standard_deviation })
    } else {
        let found = Found::new(part.span, part.path.clone(), "does not say one law");
        Err(cx.note(found.help("write `fixed`, or `min` and `max`, or `median` and `log_standard_deviation`")))
    }
}

fn duration(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Duration> {
    match (part.has("fixed_h"), part.has("mean_h")) {
        (true, false) => Ok(Duration::Fixed(part.number("fixed_h")?)),
        (false, true) => Ok(Duration::Exponential(part.number("mean_h")?)),
        _ => {
            let found = Found::new(part.span, part.path.clone(), "does not say one law");
            Err(cx.note(found.help("write `fixed_h` or `mean_h`")))
        }
    }
}

fn effects(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<()> {
    let name = asset.name()?;
    let Some(process) = cx.links.processes.iter().position(|p| p.name == name) else { return Err(Reported) };
    for part in asset.parts("effects")? {
        let what = match part.text("what")? {
            "price" => On::Price,
            "supply" => On::Supply,
            "p_max" => On::PMax,
            _ => On::Load,
        };
        let effect = if part.has("factor") { Effect::WhenActive(part.number("factor")?) } else { Effect::Value };
        cx.links.effects.push(Declared {
            on: part.text("on")?.to_owned(),
            what,
            factor: Factor { process, effect },
            place: (part.span_of("on"), part.at("on")),
            followed: false,
        });
    }
    Ok(())
}

//! Load from tables by week, day and hour, as in the IEEE Reliability Test System 1979
//! (IEEE Trans. PAS-98(6), tables 1-3).
//!
//! Load of a step = peak x weekly / 100 x daily / 100 x hourly / 100, with week = (hour / 168) mod
//! 52, counted from step 0 = Monday of week 1, whatever the calendar says. A step that is not an
//! hour takes the hour it starts in.

use energyopti_engine::Series;

use super::{Asset, Check, Checked, Reported};

/// Reads the tables and lays them over the horizon.
pub(crate) fn read(table: &Asset<'_>, peak_mw: f64, cx: &mut Check<'_>) -> Checked<Series> {
    let factors = Factors::read(table)?;
    let (seconds, steps) = (cx.study.step_s()?, cx.study.steps()?);
    let key = format!("{factors:?} {peak_mw} {seconds} {steps}");
    let course = || {
        let hour = |step: usize| step * usize::try_from(seconds).unwrap_or(0) / 3600;
        Series::Steps((0..steps).map(|step| factors.at(peak_mw, hour(step))).collect())
    };
    Ok(cx.shared.series(key, course))
}

#[derive(Debug)]
struct Factors {
    weekly: Vec<f64>,
    daily: Vec<f64>,
    /// By season: weekday, weekend.
    hourly: [[Vec<f64>; 2]; 3],
    /// Index into `hourly` by week.
    seasons: Vec<usize>,
}

const SEASONS: [&str; 3] = ["winter", "summer", "spring_fall"];

impl Factors {
    fn read(table: &Asset<'_>) -> Checked<Self> {
        let hourly = table.inner("hourly_percent");
        let hours =
            |season: &str, days: &str| numbers(hourly.as_ref().map_err(|r| *r)?, &format!("{season}_{days}"), 24);
        let [winter, summer, between] = SEASONS.map(|s| Ok([hours(s, "weekday")?, hours(s, "weekend")?]));
        let seasons = table.node("seasons")?.list().ok_or(Reported)?.iter();
        let index = |node: &crate::document::Node| SEASONS.iter().position(|s| node.text() == Some(s)).ok_or(Reported);
        Ok(Self {
            weekly: numbers(table, "weekly_percent", 52)?,
            daily: numbers(table, "daily_percent", 7)?,
            hourly: [winter?, summer?, between?],
            seasons: seasons.map(index).collect::<Checked<Vec<usize>>>().and_then(|s| sized(s, 52))?,
        })
    }

    fn at(&self, peak_mw: f64, hour: usize) -> f64 {
        let (week, day, hour) = (hour / 168 % 52, hour / 24 % 7, hour % 24);
        let by_hour = &self.hourly[self.seasons[week]][usize::from(day >= 5)];
        peak_mw * self.weekly[week] / 100.0 * self.daily[day] / 100.0 * by_hour[hour] / 100.0
    }
}

fn numbers(table: &Asset<'_>, key: &str, count: usize) -> Checked<Vec<f64>> {
    let items = table.node(key)?.list().ok_or(Reported)?;
    let numbers: Checked<Vec<f64>> = items.iter().map(|n| n.number().ok_or(Reported)).collect();
    sized(numbers?, count)
}

fn sized<T>(items: Vec<T>, count: usize) -> Checked<Vec<T>> {
    if items.len() == count { Ok(items) } else { Err(Reported) }
}

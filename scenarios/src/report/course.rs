//! The course of the horizon: margin by day, and what storage holds.

use energyopti_engine::{Timeline, TimelineRow};

use super::calendar::{self, Period};
use super::html::{Html, beside, section, table};
use super::number::significant;
use super::plot::band::{self, Point};
use super::plot::{Colour, Figure};
use super::study::Study;

/// Points in a figure, at most.
const POINTS: usize = 730;

/// The sections on margin and storage; nothing where the run kept no timeline.
pub(super) fn sections(study: &Study<'_>) -> Vec<Html> {
    let Some(timeline) = study.timeline.filter(|timeline| !timeline.rows.is_empty()) else {
        return Vec::new();
    };
    let course = Course::new(study, timeline);
    let mut sections = vec![course.margin()];
    if timeline.rows.iter().any(|row| row.stored_mean_mwh > 0.0) {
        sections.push(course.storage());
    }
    sections
}

struct Course<'a> {
    timeline: &'a Timeline,
    /// Hours per row.
    row_h: f64,
    horizon_h: f64,
    periods: Vec<Period>,
    /// Rows per point, and what a point stands for.
    per_point: usize,
    each: String,
}

impl<'a> Course<'a> {
    fn new(study: &Study<'_>, timeline: &'a Timeline) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "steps stay far below 2^53")]
        let row_h = (study.step_h * timeline.steps_per_row as f64).max(f64::MIN_POSITIVE);
        let horizon_h = study.summary.horizon_h;
        let (per_point, each) = grouping(timeline.rows.len(), row_h);
        let periods = calendar::periods(study.start, horizon_h);
        Self { timeline, row_h, horizon_h, periods, per_point, each }
    }

    fn margin(&self) -> Html {
        let points = self.points(|rows, at_h| {
            let hardest = hardest(rows)?;
            let [low, middle, high] = hardest.margin_quantiles_mw;
            Some(Point { at_h, low, middle, high })
        });
        let figure = Figure {
            id: "course",
            title: "Margin over the horizon".to_owned(),
            description: format!(
                "Line of the median margin in MW, {}, with the band from the 5 % to the 95 % \
                 quantile of the futures. The table beside it has the same by period.",
                self.each
            ),
            width: 600,
            height: 300,
        };
        let time = calendar::axis(&self.periods, self.horizon_h);
        let plot = band::draw(&figure, &points, &time, "margin in MW", Colour::Blue);
        let caption = format!(
            "Line: median of the futures, {}. Band: from the 5 % to the 95 % quantile. Red: part \
             of the band in which the system is short.",
            self.each
        );
        section("course-section", "Through the horizon", &[beside(&[plot], &caption, &self.table())])
    }

    fn table(&self) -> Html {
        let mut rows = Vec::new();
        for period in &self.periods {
            let within = self.rows_in(period);
            let Some(hardest) = hardest(within) else { continue };
            let unserved: f64 = within.iter().map(|row| row.unserved_mean_mw * self.row_h).sum();
            let [low, middle, _] = hardest.margin_quantiles_mw;
            let number = |x: f64| Html::number(&significant(x, 3));
            rows.push(vec![Html::text(&period.label), number(low), number(middle), number(unserved)]);
        }
        let head = ["Period", "5 % quantile in MW", "Median in MW", "Unserved in MWh"];
        table("Margin at the hardest time of each period, and mean unserved energy", &head, 0, &rows)
    }

    fn storage(&self) -> Html {
        let points = self.points(|rows, at_h| {
            let stored = || rows.iter().map(|row| row.stored_mean_mwh);
            let count = f64::from(u32::try_from(rows.len()).ok()?);
            Some(Point {
                at_h,
                low: stored().fold(f64::INFINITY, f64::min),
                middle: stored().sum::<f64>() / count,
                high: stored().fold(0.0, f64::max),
            })
        });
        let figure = Figure {
            id: "stored",
            title: "Stored energy over the horizon".to_owned(),
            description: "Line of the mean energy in storage in MWh over the futures. The table \
                          beside it has the same by period."
                .to_owned(),
            width: 600,
            height: 240,
        };
        let time = calendar::axis(&self.periods, self.horizon_h);
        let plot = band::draw(&figure, &points, &time, "stored in MWh", Colour::Storage);
        let rows: Vec<Vec<Html>> = self
            .periods
            .iter()
            .filter_map(|period| {
                let stored: Vec<f64> = self.rows_in(period).iter().map(|row| row.stored_mean_mwh).collect();
                let count = f64::from(u32::try_from(stored.len()).ok().filter(|n| *n > 0)?);
                let least = stored.iter().copied().fold(f64::INFINITY, f64::min);
                let number = |x: f64| Html::number(&significant(x, 3));
                let mean = stored.iter().sum::<f64>() / count;
                Some(vec![Html::text(&period.label), number(mean), number(least)])
            })
            .collect();
        let table = table(
            "Mean over the futures of the energy in storage",
            &["Period", "Mean in MWh", "Lowest in MWh"],
            0,
            &rows,
        );
        let caption = if self.per_point == 1 {
            "Mean over the futures."
        } else {
            "Line: mean over the futures and the time of a point. Band: its swing within that time."
        };
        section("stored-section", "Stored energy", &[beside(&[plot], caption, &table)])
    }

    /// A point for each group of rows.
    fn points(&self, point: impl Fn(&[TimelineRow], f64) -> Option<Point>) -> Vec<Point> {
        let groups = self.timeline.rows.chunks(self.per_point).enumerate();
        let at = |group: usize, rows: &[TimelineRow]| {
            let first = f64::from(u32::try_from(group * self.per_point).unwrap_or(u32::MAX));
            let half = 0.5 * f64::from(u32::try_from(rows.len()).unwrap_or(0));
            (first + half) * self.row_h
        };
        groups.filter_map(|(group, rows)| point(rows, at(group, rows))).collect()
    }

    fn rows_in(&self, period: &Period) -> &'a [TimelineRow] {
        let rows = &self.timeline.rows;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast to an integer saturates, and the index is cut to the rows there are"
        )]
        let index = |hours: f64| ((hours / self.row_h).round() as usize).min(rows.len());
        rows.get(index(period.from_h)..index(period.to_h)).unwrap_or_default()
    }
}

/// The row with the lowest 5 % quantile; the first of equals.
fn hardest(rows: &[TimelineRow]) -> Option<&TimelineRow> {
    rows.iter().min_by(|a, b| a.margin_quantiles_mw[0].total_cmp(&b.margin_quantiles_mw[0]))
}

/// How many rows of `row_h` hours share a point, so that at most [`POINTS`] remain, and what a
/// point then stands for. Rows shorter than a day are joined to whole days.
fn grouping(rows: usize, row_h: f64) -> (usize, String) {
    if rows <= POINTS {
        return (1, "at each step".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast to an integer saturates")]
    let per_day = ((24.0 / row_h).round() as usize).clamp(1, rows);
    let days = rows.div_ceil(per_day).div_ceil(POINTS);
    let each = match (days, per_day) {
        (_, 1) => "at the hardest step around each point".to_owned(),
        (1, _) => "at the hardest hour of each day".to_owned(),
        (days, _) => format!("at the hardest hour of every {days} days"),
    };
    (per_day * days, each)
}

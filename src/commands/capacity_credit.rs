//! `capacity-credit`: what an asset is worth.

use energyopti_scenarios::batch::{self, CreditMethod};

use super::{print, print_json};
use crate::arguments::{CapacityCredit, Credit, Format, Index};
use crate::failure::Failure;
use crate::progress::{Progress, cancellable};
use crate::scenario;

pub fn execute(options: &CapacityCredit) -> Result<(), Failure> {
    let settings = scenario::settings(&options.changes, None);
    let variant = scenario::only(&options.file, &settings)?;
    let control = cancellable()?;
    let pool = batch::pool(options.work.threads.or(variant.scenario.execution.threads))?;
    let method = match options.method {
        Credit::Elcc => CreditMethod::Elcc,
        Credit::Efc => CreditMethod::Efc,
    };
    // The two ends, and three searches of eleven steps: the credit and each end of its interval.
    let bar = Progress::follow(&control, "searching", 35 * variant.scenario.monte_carlo.replicas);
    let eue = options.metric == Index::Eue;
    let credit = batch::capacity_credit(&variant, &options.asset, method, eue, &pool, &control);
    drop(bar);
    let credit = credit?;
    if options.work.format == Some(Format::Json) {
        return print_json(&credit);
    }
    let [low, high] = credit.ci95;
    print(&format!(
        "{} of {}: {:.2} MW (95 % interval {low:.2} to {high:.2} MW), {:.1} % of {} MW\n  \
         {} {:.4} without it, {:.4} with it; {} futures on common random numbers\n",
        credit.method.to_uppercase(),
        credit.asset,
        credit.credit_mw,
        100.0 * credit.credit_mw / credit.p_nom_mw,
        credit.p_nom_mw,
        credit.metric,
        credit.index_without,
        credit.index_with,
        credit.n,
    ))
}

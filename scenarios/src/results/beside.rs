//! Tables of one future that stand beside the runs, or in them: what bound, and the settlement ledger.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use energyopti_engine::Trace;
use energyopti_market::Ledger;

use super::parquet_file::{Kind, Values, write_rows, writer};
use super::{Draft, StoreError, file};

impl Draft {
    /// Writes `duals.parquet`: what bound in the first future, by step and asset.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub fn duals(&mut self, trace: &Trace) -> Result<(), StoreError> {
        let mut output = self.create(file::DUALS)?;
        duals(&mut output, 0, trace).map_err(StoreError::parquet(file::DUALS))?;
        self.finish(output)
    }
}

/// Writes what bound in future `replica` to a file of its own.
///
/// # Errors
/// [`StoreError::Io`], [`StoreError::Parquet`].
pub fn write_duals(path: &Path, replica: u64, trace: &Trace) -> Result<(), StoreError> {
    whole(path, |file| duals(file, replica, trace))
}

/// Writes the entries of a ledger to a file of its own: interval, start, account, amount in the
/// currency's smallest unit.
///
/// # Errors
/// [`StoreError::Io`], [`StoreError::Parquet`].
pub fn write_ledger(path: &Path, ledger: &Ledger, start: &dyn Fn(u64) -> String) -> Result<(), StoreError> {
    whole(path, |file| entries(file, ledger, start))
}

/// A file is there whole or not at all.
fn whole(path: &Path, write: impl FnOnce(&mut File) -> parquet::errors::Result<()>) -> Result<(), StoreError> {
    if let Some(folder) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let draft = path.with_file_name(name);
    let mut file = File::create(&draft).map_err(StoreError::io("create", &draft))?;
    write(&mut file).map_err(StoreError::parquet(&path.display().to_string()))?;
    file.sync_all().map_err(StoreError::io("sync", &draft))?;
    std::fs::rename(&draft, path).map_err(StoreError::io("rename", path))
}

fn duals(sink: &mut (impl Write + Send), replica: u64, trace: &Trace) -> parquet::errors::Result<()> {
    let columns = [
        ("replica", Kind::Count),
        ("step", Kind::Count),
        ("asset", Kind::Text),
        ("constraint", Kind::Text),
        ("shadow_price_per_mwh", Kind::Real),
    ];
    let mut writer = writer(sink, &columns, &[])?;
    let count = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    let steps: Vec<i64> = trace.duals.iter().map(|dual| count(dual.step)).collect();
    let replicas = vec![i64::try_from(replica).unwrap_or(i64::MAX); steps.len()];
    let prices: Vec<f64> = trace.duals.iter().map(|dual| dual.shadow_price_per_mwh).collect();
    write_rows(
        &mut writer,
        &[
            Values::Count(&replicas),
            Values::Count(&steps),
            Values::Text(trace.duals.iter().map(|dual| trace.name(dual.slot)).collect()),
            Values::Text(trace.duals.iter().map(|dual| dual.constraint.name()).collect()),
            Values::Real(&prices),
        ],
    )?;
    writer.close()?;
    Ok(())
}

fn entries(
    sink: &mut (impl Write + Send),
    ledger: &Ledger,
    start: &dyn Fn(u64) -> String,
) -> parquet::errors::Result<()> {
    let columns =
        [("interval", Kind::Count), ("start_utc", Kind::Text), ("account", Kind::Text), ("amount", Kind::Count)];
    let currency = ledger.currency();
    let metadata = [("currency", currency.code().to_owned()), ("decimals_of_amount", currency.exponent().to_string())];
    let mut writer = writer(sink, &columns, &metadata)?;
    let rows: Vec<_> = ledger.transactions().iter().flat_map(|t| t.entries.iter().map(|e| (t.interval, e))).collect();
    let intervals: Vec<i64> = rows.iter().map(|(interval, _)| i64::try_from(*interval).unwrap_or(i64::MAX)).collect();
    let starts: Vec<String> = rows.iter().map(|(interval, _)| start(*interval)).collect();
    let accounts: Vec<String> = rows.iter().map(|(_, entry)| entry.account.to_string()).collect();
    let amounts: Vec<i64> = rows.iter().map(|(_, entry)| entry.amount).collect();
    write_rows(
        &mut writer,
        &[
            Values::Count(&intervals),
            Values::Text(starts.iter().map(String::as_str).collect()),
            Values::Text(accounts.iter().map(String::as_str).collect()),
            Values::Count(&amounts),
        ],
    )?;
    writer.close()?;
    Ok(())
}

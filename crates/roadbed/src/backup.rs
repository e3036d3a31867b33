//! `roadbed backup` and `roadbed restore`: every row of the store as text, portable between SQLite and PostgreSQL. Blobs are plain files
//! below `<data>/blobs` that never change once written; copy them with any tool, before the backup or after.

use crate::settings::{Asked, Settings};
use crate::wiring::{migrations, store_config};
use anyhow::Context as _;
use roadbed_cli::{BackupRequest, RestoreRequest};
use roadbed_store::Store;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

fn settings(data: Option<PathBuf>) -> anyhow::Result<Settings> {
    Settings::load(Asked { data, ..Asked::default() })
}

/// Writes the store into one file (0600: it holds hashes of tokens).
///
/// # Errors
/// A server runs on the data directory, or the file cannot be written.
pub(crate) fn backup(request: BackupRequest) -> anyhow::Result<ExitCode> {
    let settings = settings(request.data)?;
    let file = File::options().write(true).create_new(true).mode(0o600).open(&request.file);
    let file = file.with_context(|| format!("{} cannot be made", request.file.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let store = Store::open(store_config(&settings.data, settings.database.as_ref()), &migrations())?;
        let report = store.dump(BufWriter::new(file)).await;
        store.close();
        report
    });
    let report = report.inspect_err(|_| drop(std::fs::remove_file(&request.file)))?;
    let rows: u64 = report.tables.iter().map(|table| table.rows).sum();
    writeln!(std::io::stderr(), "wrote {rows} rows of {} tables to {}", report.tables.len(), request.file.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Makes a new store from such a file.
///
/// # Errors
/// There is a store already, or the file is damaged; nothing is left behind then.
pub(crate) fn restore(request: RestoreRequest) -> anyhow::Result<ExitCode> {
    let settings = settings(request.data)?;
    let file = File::open(&request.file).with_context(|| format!("{} cannot be read", request.file.display()))?;
    std::fs::create_dir_all(&settings.data)?;
    let store =
        Store::restore(store_config(&settings.data, settings.database.as_ref()), &migrations(), BufReader::new(file))?;
    store.close();
    writeln!(
        std::io::stderr(),
        "restored {}; now copy the blobs to {}",
        settings.data.display(),
        settings.data.join("blobs").display()
    )?;
    Ok(ExitCode::SUCCESS)
}

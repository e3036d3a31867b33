//! What belongs to a run or model in MLflow's folder store: points, both ends, files.

use super::writing::{Meta, below, python, write_meta};
use crate::error::TransferError;
use crate::source::{Holder, Note, Source};
use roadbed_contracts::transfer::{MetricLine, RunLine};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// The file of the metric that is being written: a metric comes in several lines, one after the other.
struct PointsFile<'a> {
    folder: &'a Path,
    open: Option<(String, PathBuf, BufWriter<File>)>,
}

impl PointsFile<'_> {
    fn put(&mut self, line: &MetricLine) -> Result<(), TransferError> {
        if self.open.as_ref().is_none_or(|(key, ..)| *key != line.key) {
            let path = below(self.folder, &line.key)?;
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
            }
            // A metric that was begun by an interrupted export begins anew.
            let file = File::create(&path).map_err(TransferError::file(&path, "written"))?;
            self.open = Some((line.key.clone(), path, BufWriter::new(file)));
        }
        let Some((_, path, file)) = &mut self.open else { return Ok(()) };
        for (time, step, value) in &line.points {
            writeln!(file, "{time} {} {step}", python(*value)).map_err(TransferError::file(path, "written"))?;
        }
        file.flush().map_err(TransferError::file(path, "written"))
    }
}

/// One file per metric.
pub(super) fn points(
    source: &mut dyn Source,
    run: &RunLine,
    folder: &Path,
    note: Note<'_>,
) -> Result<(), TransferError> {
    std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
    let mut file = PointsFile { folder, open: None };
    let mut failed = Ok(());
    source.points(run, &mut |line| {
        note("metric point", line.points.len() as u64, "");
        failed = file.put(&line);
        if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    failed
}

/// Datasets and models at both ends of a run.
pub(super) fn ends(run: &RunLine, experiment: &Path, folder: &Path) -> Result<(), TransferError> {
    for dataset in &run.datasets {
        let id = id_of(&[&dataset.name, &dataset.digest]);
        let meta = Meta::default()
            .text("digest", &dataset.digest)
            .text("name", &dataset.name)
            .optional("profile", dataset.profile.as_deref().unwrap_or_default())
            .optional("schema", dataset.schema.as_deref().unwrap_or_default())
            .text("source", &dataset.source)
            .text("source_type", &dataset.source_type);
        write_meta(&experiment.join("datasets").join(&id), &meta)?;
        let input = Meta::default().text("destination_id", &id).plain("destination_type", "RUN");
        let input = input.text("source_id", &id).plain("source_type", "DATASET").map("tags", &dataset.tags);
        write_meta(&folder.join("inputs").join(id_of(&[&id, &run.id])), &input)?;
    }
    for model in &run.model_inputs {
        let input = Meta::default().text("destination_id", model).plain("destination_type", "RUN");
        let input = input.text("source_id", model).plain("source_type", "MODEL").plain("tags", "{}");
        write_meta(&folder.join("inputs").join(id_of(&[model, &run.id])), &input)?;
    }
    for output in &run.model_outputs {
        let meta = Meta::default()
            .text("destination_id", &output.model)
            .plain("destination_type", "MODEL_OUTPUT")
            .text("source_id", &output.model)
            .plain("source_type", "RUN_OUTPUT")
            .plain("step", output.step)
            .plain("tags", "{}");
        write_meta(&below(&folder.join("outputs"), &output.model)?, &meta)?;
    }
    Ok(())
}

/// 32 hex digits, as MLflow has them for datasets; which ones does not matter.
fn id_of(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(b"\0");
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

pub(super) fn files(
    source: &mut dyn Source,
    holder: Holder<'_>,
    folder: &Path,
    note: Note<'_>,
) -> Result<(), TransferError> {
    std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
    let found = match source.files(holder)? {
        Ok(found) => found,
        Err(reason) => {
            note("file", 0, &reason);
            return Ok(());
        }
    };
    for entry in found {
        let path = below(folder, &entry.path)?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
        }
        let mut content = source.open_file(holder, &entry.path)?;
        let mut file = File::create(&path).map_err(TransferError::file(&path, "written"))?;
        let bytes = std::io::copy(&mut content.reader, &mut file).map_err(TransferError::file(&path, "written"))?;
        if content.bytes.is_some_and(|known| known != bytes) {
            return Err(TransferError::form(&path, "it ended early"));
        }
        note("file", 1, "");
    }
    Ok(())
}

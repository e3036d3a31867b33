//! A filled-in template as one file: for the platform as a code snapshot, for people as a plain tar.

use anyhow::{Context as _, ensure};
use roadbed_cli::templates::ProjectFile;
use roadbed_core::Digest;
use roadbed_snapshot::{Limits, pack};

/// The bytes that `PUT /api/v1/snapshots` takes, and their digest. The same files give the same bytes, as on every command line.
pub(super) fn snapshot(files: &[ProjectFile]) -> anyhow::Result<(Digest, Vec<u8>)> {
    let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
    for file in files {
        let path = folder.path().join(file.path);
        std::fs::write(&path, &file.text).with_context(|| format!("{} cannot be written", file.path))?;
    }
    let mut bytes = Vec::new();
    let packed = pack(folder.path(), &[], &Limits::default(), &mut bytes)?;
    // A `.gitignore` above the temporary folder would be followed.
    ensure!(packed.entries == files.len() as u64, "{} of {} files were packed", packed.entries, files.len());
    Ok((packed.digest, bytes))
}

/// Everything in one folder named after the project.
pub(super) fn plain(project: &str, files: &[ProjectFile]) -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(file.text.len() as u64);
        archive.append_data(&mut header, format!("{project}/{}", file.path), file.text.as_bytes())?;
    }
    Ok(archive.into_inner()?)
}

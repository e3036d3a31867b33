//! Does a signature still fit the files it is about?

use super::bundle;
use super::files::{FileHashes, Sha256};
use super::model::{Frozen, Signature, SigningKey};
use super::statement::{Statement, is_ignored};
use crate::mlflow::MlflowError;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Why it does not fit, in sentences; nothing when it does.
    pub faults: Vec<String>,
    /// Files that no verifier looks at, so that they are in no signature.
    pub unsigned: Vec<String>,
    /// How many files are signed.
    pub files: usize,
    /// Were the bytes read, or is it their digest that was compared?
    pub was_read: bool,
}

impl Checked {
    #[must_use]
    pub const fn fits(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Compares with the digest of the version, which names its files and their bytes; with `read` every byte is read as well.
pub(super) async fn check(
    hashes: &FileHashes,
    (signature, key): (&Signature, &SigningKey),
    frozen: &Frozen,
    read: bool,
) -> Result<Checked, MlflowError> {
    let unsigned = frozen.files.iter().map(|file| file.path.clone()).filter(|path| is_ignored(path)).collect();
    let mut checked = Checked { unsigned, was_read: read, ..Checked::default() };
    let Some(statement) = bundle::read(&signature.bundle, |bytes, signed| key.is_good(bytes, signed)) else {
        checked.faults.push("the signature was not made with this key, or was changed since".to_owned());
        return Ok(checked);
    };
    checked.files = statement.files();
    if frozen.digest != Some(signature.digest) {
        checked.faults.push("the files of the version are not those that were signed".to_owned());
    }
    if read {
        checked.faults.extend(read_files(hashes, &statement, frozen).await?);
    }
    Ok(checked)
}

async fn read_files(hashes: &FileHashes, statement: &Statement, frozen: &Frozen) -> Result<Vec<String>, MlflowError> {
    let mut found: Vec<(String, Option<Sha256>)> = Vec::with_capacity(frozen.files.len());
    for file in &frozen.files {
        let read = hashes.read(file, true).await?.content();
        found.push((file.path.clone(), read));
    }
    Ok(statement.differences(&found))
}

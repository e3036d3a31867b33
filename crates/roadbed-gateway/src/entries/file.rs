//! Files of the gateway's folder: the entries, and when control was last heard.

use crate::entries::EntryTable;
use crate::error::GatewayError;
use roadbed_core::Timestamp;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a gateway keeps what it knows.
#[derive(Debug, Clone)]
pub(crate) struct EntryFile {
    folder: PathBuf,
}

impl EntryFile {
    /// Makes the folder, readable by its owner only: entries hold hashes of tokens.
    pub(crate) fn open(folder: &Path) -> Result<Self, GatewayError> {
        let failed = |source| GatewayError::Folder { what: "create", path: folder.to_owned(), source };
        std::fs::create_dir_all(folder.join("models")).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    fn entries_path(&self) -> PathBuf {
        self.folder.join("entries.json")
    }

    fn contact_path(&self) -> PathBuf {
        self.folder.join("last_contact")
    }

    /// The entries of the last run; an empty table on the first.
    pub(crate) fn load(&self) -> Result<EntryTable, GatewayError> {
        let path = self.entries_path();
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|source| GatewayError::BrokenEntries { path, source }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(EntryTable::default()),
            Err(source) => Err(GatewayError::Folder { what: "read", path, source }),
        }
    }

    /// Replaces the entries in one step that a crash cannot halve. Blocking.
    pub(crate) fn save(&self, table: &EntryTable) -> std::io::Result<()> {
        let path = self.entries_path();
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(table)?)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        File::open(&self.folder)?.sync_all()
    }

    /// When control was last heard, by the wall clock.
    pub(crate) fn last_contact(&self) -> Option<Timestamp> {
        std::fs::read_to_string(self.contact_path()).ok()?.trim().parse().ok()
    }

    /// Blocking.
    pub(crate) fn note_contact(&self, at: Timestamp) -> std::io::Result<()> {
        let fresh = self.folder.join("last_contact.new");
        std::fs::write(&fresh, at.to_string())?;
        std::fs::rename(fresh, self.contact_path())
    }
}

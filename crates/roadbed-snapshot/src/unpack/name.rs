//! Names in a tar: in the header, or before it in an entry of their own when they are long (GNU types `L` and `K`, as described in the
//! GNU tar manual, "Basic Tar Format").

use crate::error::SnapshotError;
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use tar::{Entry, EntryType};

/// Linux refuses longer paths anyway.
const NAME_BYTES_MAX: u64 = 4096;

#[derive(Default)]
pub(super) struct LongNames {
    path: Option<PathBuf>,
    link: Option<PathBuf>,
}

impl LongNames {
    /// Remembers a long name for the entry that follows; true when the entry was one.
    pub(super) fn take<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> Result<bool, SnapshotError> {
        let slot = match entry.header().entry_type() {
            EntryType::GNULongName => &mut self.path,
            EntryType::GNULongLink => &mut self.link,
            _ => return Ok(false),
        };
        let mut bytes = Vec::new();
        entry.take(NAME_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(SnapshotError::Damaged)?;
        if bytes.len() as u64 > NAME_BYTES_MAX {
            return Err(SnapshotError::damaged("a name is longer than 4096 bytes"));
        }
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        *slot = Some(PathBuf::from(OsStr::from_bytes(bytes.get(..end).unwrap_or_default())));
        Ok(true)
    }

    /// The entry's path, relative and without `..`.
    pub(super) fn path<R: Read>(&mut self, entry: &Entry<'_, R>) -> Result<PathBuf, SnapshotError> {
        let path = match self.path.take() {
            Some(path) => path,
            None => entry.header().path().map_err(SnapshotError::Damaged)?.into_owned(),
        };
        clean(&path)
    }

    /// Where the entry's link leads.
    pub(super) fn link<R: Read>(&mut self, entry: &Entry<'_, R>) -> Result<PathBuf, SnapshotError> {
        if let Some(link) = self.link.take() {
            return Ok(link);
        }
        let link = entry.header().link_name().map_err(SnapshotError::Damaged)?;
        link.map(std::borrow::Cow::into_owned).ok_or_else(|| SnapshotError::damaged("a link leads to no name"))
    }
}

fn clean(path: &Path) -> Result<PathBuf, SnapshotError> {
    let refuse = |what| Err(SnapshotError::Refused { path: path.to_path_buf(), what });
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) if part.as_bytes().contains(&0) => return refuse("a name with a zero byte"),
            Component::Normal(part) => clean.push(part),
            Component::CurDir => {}
            Component::ParentDir => return refuse("a path with '..'"),
            Component::RootDir | Component::Prefix(_) => return refuse("an absolute path"),
        }
    }
    if clean.as_os_str().is_empty() { refuse("an empty path") } else { Ok(clean) }
}

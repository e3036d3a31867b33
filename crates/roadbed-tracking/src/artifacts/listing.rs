//! What a folder of a run or a model version holds, for people.

use super::kind::{FileKind, MODEL_FILE};
use super::model::{ArtifactPath, StoredFile};
use super::store;
use super::tree::FileTree;
use crate::mlflow::{MlflowError, Tracking};
use roadbed_capability::Problem;
use roadbed_core::TeamId;
use roadbed_store::Reader;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most entries of one answer.
const PAGE_LIMIT: usize = 1000;

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderQuery {
    /// Folder relative to the top; the top when absent.
    #[serde(default)]
    pub path: Option<String>,
    /// 1 to 1000; 1000 when absent.
    #[serde(default)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A file or a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FileItem {
    /// Relative to the top.
    pub path: String,
    pub name: String,
    pub is_folder: bool,
    /// Of the file, or of all files below the folder.
    pub bytes: u64,
    /// Files below; 1 for a file.
    pub files: u64,
    /// A guess from the name.
    pub kind: FileKind,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct FileList {
    /// By name.
    pub items: Vec<FileItem>,
    pub next_cursor: Option<String>,
    /// Of all files below the folder.
    pub bytes: u64,
    /// All files below the folder.
    pub files: u64,
}

/// The entries of a folder of the tree. The top may be empty; any other folder without files does not exist.
///
/// # Errors
/// The path leads out of the top, there is no such folder, or the store fails.
pub async fn list_folder(
    tracking: &Tracking,
    team: TeamId,
    tree: &FileTree,
    query: FolderQuery,
) -> Result<FileList, Problem> {
    let limit = query.limit.unwrap_or(PAGE_LIMIT);
    if !(1..=PAGE_LIMIT).contains(&limit) {
        let detail = format!("limit is {limit}; write 1 to {PAGE_LIMIT}");
        return Err(Problem::bad_request("request.query", detail).with_field("limit"));
    }
    let below = ArtifactPath::parse_folder(query.path.as_deref().unwrap_or_default());
    let below = below.map_err(|error| Problem::from(error).with_field("path"))?;
    let (tree, folder) = (tree.clone(), below.clone());
    let files = tracking.context.store.read(move |r| read_files(r, team, &tree, &folder)).await?;
    if files.is_empty() && !below.as_str().is_empty() {
        return Err(MlflowError::missing(format!("there is no folder {below:?}", below = below.as_str())).into());
    }
    let (bytes, count) = (files.iter().map(|file| file.bytes).sum(), files.len() as u64);
    let mut items = entries(&files, below.as_str());
    if let Some(after) = query.cursor {
        items.retain(|item| item.name > after);
    }
    let next_cursor = items.get(limit - 1).filter(|_| items.len() > limit).map(|last| last.name.clone());
    items.truncate(limit);
    Ok(FileList { items, next_cursor, bytes, files: count })
}

/// All files below a folder of the tree, sorted by path.
fn read_files(
    reader: &mut Reader<'_>,
    team: TeamId,
    tree: &FileTree,
    folder: &ArtifactPath,
) -> Result<Vec<StoredFile>, MlflowError> {
    let place = tree.locate(reader, team, folder)?;
    let mut files = store::files_below(reader, team, &place)?;
    if folder.as_str().is_empty() {
        let own: BTreeSet<String> = files.iter().map(|file| first_part(&file.path).to_owned()).collect();
        for (name, hung) in tree.hung().iter().filter(|(name, _)| !own.contains(*name)) {
            let below = store::files_below(reader, team, hung)?.into_iter();
            files.extend(below.map(|file| StoredFile { path: format!("{name}/{}", file.path), ..file }));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    Ok(files)
}

fn first_part(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

/// Files below a folder, sorted by path, as the entries the folder holds directly, by name.
fn entries(files: &[StoredFile], folder: &str) -> Vec<FileItem> {
    let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut found: Vec<FileItem> = Vec::new();
    for file in files {
        let (name, rest) =
            file.path.split_once('/').map_or((file.path.as_str(), None), |(name, rest)| (name, Some(rest)));
        // Files of one folder follow each other.
        if let (Some(open), Some(rest)) = (found.last_mut().filter(|open| open.is_folder && open.name == name), rest) {
            open.bytes += file.bytes;
            open.files += 1;
            if rest == MODEL_FILE {
                open.kind = FileKind::Model;
            }
            continue;
        }
        let kind = match rest {
            Some(MODEL_FILE) => FileKind::Model,
            Some(_) => FileKind::Other,
            None => FileKind::of_path(name),
        };
        let (path, name, is_folder) = (below(name), name.to_owned(), rest.is_some());
        found.push(FileItem { path, name, is_folder, bytes: file.bytes, files: 1, kind });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

#[cfg(test)]
mod tests {
    use super::{FileKind, StoredFile, entries};
    use roadbed_core::Digest;

    #[test]
    fn folders_count_what_lies_below_and_know_models() {
        let file = |path: &str, bytes| StoredFile { path: path.to_owned(), digest: Digest::from_bytes([0; 32]), bytes };
        let files = [file("a-b.txt", 1), file("a/deep/x", 2), file("a/z.csv", 3), file("m/MLmodel", 4), file("m/x", 5)];
        let shown: Vec<_> =
            entries(&files, "top").into_iter().map(|item| (item.path, item.bytes, item.files, item.kind)).collect();
        assert_eq!(
            shown,
            [
                ("top/a".to_owned(), 5, 2, FileKind::Other),
                ("top/a-b.txt".to_owned(), 1, 1, FileKind::Text),
                ("top/m".to_owned(), 9, 2, FileKind::Model),
            ]
        );
    }
}

//! A file as text, a table, a picture or a model.

use super::api::{FilePreview, PreviewKind, PreviewQuery};
use super::image::dimensions;
use super::table::Table;
use super::text::Text;
use crate::artifacts::content::find_file;
use crate::artifacts::described::ModelDescription;
use crate::artifacts::kind::{FileKind, MODEL_FILE};
use crate::artifacts::model::{ArtifactPath, StoredFile};
use crate::artifacts::store;
use crate::artifacts::tree::FileTree;
use crate::mlflow::{MlflowError, Tracking};
use axum::body::{Body, Bytes, to_bytes};
use roadbed_capability::Problem;
use roadbed_core::TeamId;
use roadbed_store::Reader;

/// Bytes of a file that are looked at for a table: what lies behind them is in the download.
const TABLE_LIMIT_BYTES: u64 = 1 << 20;
/// Bytes of text in one answer.
const TEXT_BYTES: u64 = 256 << 10;
const TEXT_LIMIT_BYTES: u64 = 1 << 20;
/// Enough for the head of a picture with a thumbnail.
const IMAGE_HEAD_BYTES: u64 = 256 << 10;
const ROWS: usize = 100;
const ROWS_LIMIT: usize = 1000;

/// Shows a file of the tree, or a folder that holds a model.
///
/// # Errors
/// The path leads out of the top, there is no such file, a number is out of range, or the blobs fail.
pub async fn preview_file(
    tracking: &Tracking,
    team: TeamId,
    tree: &FileTree,
    query: PreviewQuery,
) -> Result<FilePreview, Problem> {
    let below = ArtifactPath::parse_folder(&query.path).map_err(|error| Problem::from(error).with_field("path"))?;
    if let Some(files) = model_folder(tracking, team, tree, below.clone()).await? {
        let model = ModelDescription::of_files(tracking, &files).await?;
        let bytes = model.bytes.unwrap_or_default();
        let preview = FilePreview::new(PreviewKind::Model, below.as_str(), bytes);
        return Ok(FilePreview { model: Some(model), ..preview });
    }
    let file = find_file(tracking, team, tree, below.as_str()).await?;
    match FileKind::of_path(&file.path) {
        FileKind::Table => table_of(tracking, &file, &query).await,
        FileKind::Text if file.path.ends_with(".json") => table_of(tracking, &file, &query).await,
        FileKind::Image => image_of(tracking, &file, &query).await,
        FileKind::Model => {
            let files = read_folder(tracking, team, tree, parent(&below)).await?;
            let model = ModelDescription::of_files(tracking, &files).await?;
            let shown = text_of(tracking, &file, &query).await?;
            Ok(FilePreview { kind: PreviewKind::Model, model: Some(model), ..shown })
        }
        FileKind::Text | FileKind::Other => text_of(tracking, &file, &query).await,
    }
}

async fn read_folder(
    tracking: &Tracking,
    team: TeamId,
    tree: &FileTree,
    folder: ArtifactPath,
) -> Result<Vec<StoredFile>, MlflowError> {
    let tree = tree.clone();
    let read = move |r: &mut Reader<'_>| {
        let place = tree.locate(r, team, &folder)?;
        Ok::<_, MlflowError>(store::files_below(r, team, &place)?)
    };
    tracking.context.store.read(read).await
}

/// The files of a folder, when one of them says that it is a model.
async fn model_folder(
    tracking: &Tracking,
    team: TeamId,
    tree: &FileTree,
    folder: ArtifactPath,
) -> Result<Option<Vec<StoredFile>>, MlflowError> {
    let files = read_folder(tracking, team, tree, folder).await?;
    Ok(files.iter().any(|file| file.path == MODEL_FILE).then_some(files))
}

fn parent(path: &ArtifactPath) -> ArtifactPath {
    let folder = path.as_str().rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
    ArtifactPath::parse_folder(folder).unwrap_or_else(|_| path.clone())
}

fn checked(query: &PreviewQuery, usual: u64, most: u64) -> Result<u64, Problem> {
    let limit = query.limit.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::bad_request("request.query", format!("limit is {limit}; write 1 to {most}")).with_field("limit"))
}

/// Bytes of the file from `from` on, at most `length`.
async fn part(tracking: &Tracking, file: &StoredFile, from: u64, length: u64) -> Result<Bytes, Problem> {
    let from = from.min(file.bytes);
    let range = from..from.saturating_add(length).min(file.bytes);
    let content = tracking.context.blobs.get_range(&file.digest, range).await.map_err(MlflowError::from)?;
    let gone = || Problem::internal(&format!("the blob {} of artifact {} is gone", file.digest, file.path));
    let content = Body::from_stream(content.ok_or_else(gone)?);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    to_bytes(content, length).await.map_err(|error| Problem::internal(&error))
}

async fn text_of(tracking: &Tracking, file: &StoredFile, query: &PreviewQuery) -> Result<FilePreview, Problem> {
    let (from, limit) = (query.offset.unwrap_or_default(), checked(query, TEXT_BYTES, TEXT_LIMIT_BYTES)?);
    let bytes = part(tracking, file, from, limit).await?;
    let preview = FilePreview::new(PreviewKind::Binary, &file.path, file.bytes);
    let Some(Text { text, used }) = Text::of(&bytes) else { return Ok(preview) };
    let next = from.saturating_add(used);
    let truncated = next < file.bytes;
    let next_offset = truncated.then_some(next);
    Ok(FilePreview { kind: PreviewKind::Text, text: Some(text), truncated, next_offset, ..preview })
}

async fn table_of(tracking: &Tracking, file: &StoredFile, query: &PreviewQuery) -> Result<FilePreview, Problem> {
    let bytes = part(tracking, file, 0, TABLE_LIMIT_BYTES).await?;
    let is_whole = file.bytes <= TABLE_LIMIT_BYTES;
    let first = usize::try_from(query.offset.unwrap_or_default()).unwrap_or(usize::MAX);
    let table = Table::of(&file.path, &bytes, is_whole);
    let Some(Table { columns, rows }) = table else { return text_of(tracking, file, query).await };
    let limit = checked(query, ROWS as u64, ROWS_LIMIT as u64)?;
    let limit = usize::try_from(limit).unwrap_or(ROWS_LIMIT);
    let known = rows.len();
    let shown: Vec<_> = rows.into_iter().skip(first).take(limit).collect();
    let next = first.saturating_add(shown.len());
    Ok(FilePreview {
        columns: Some(columns),
        rows: Some(shown),
        row_count: is_whole.then_some(known as u64),
        truncated: next < known || !is_whole,
        next_offset: (next < known).then_some(next as u64),
        ..FilePreview::new(PreviewKind::Table, &file.path, file.bytes)
    })
}

async fn image_of(tracking: &Tracking, file: &StoredFile, query: &PreviewQuery) -> Result<FilePreview, Problem> {
    let head = part(tracking, file, 0, IMAGE_HEAD_BYTES).await?;
    let Some(size) = dimensions(&head) else { return text_of(tracking, file, query).await };
    let preview = FilePreview::new(PreviewKind::Image, &file.path, file.bytes);
    Ok(FilePreview { width: size.map(|size| size.0), height: size.map(|size| size.1), ..preview })
}

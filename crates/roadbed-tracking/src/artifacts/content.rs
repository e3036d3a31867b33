//! The bytes of a file, whole or in part, in a form that no browser takes for a page of ours.

use super::kind::{is_shown_in_place, media_type};
use super::model::{ArtifactError, ArtifactPath, StoredFile};
use super::store;
use super::tree::FileTree;
use crate::mlflow::{MlflowError, Tracking};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::Problem;
use roadbed_core::TeamId;
use roadbed_store::Reader;
use std::ops::Range;

/// What a request asks of a file.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Range(Range<u64>),
    /// It begins behind the end.
    Outside,
}

/// A file of the tree.
///
/// # Errors
/// The path leads out of the top, or there is no such file.
pub async fn find_file(tracking: &Tracking, team: TeamId, tree: &FileTree, path: &str) -> Result<StoredFile, Problem> {
    let below = ArtifactPath::parse(path).map_err(|error| Problem::from(error).with_field("path"))?;
    let (tree, wanted) = (tree.clone(), below.clone());
    let read = move |r: &mut Reader<'_>| {
        let wanted = tree.locate(r, team, &wanted)?;
        Ok::<_, MlflowError>(store::find(r, team, wanted.as_str())?)
    };
    let found = tracking.context.store.read(read).await?;
    let found = found.ok_or_else(|| Problem::from(MlflowError::from(ArtifactError::Unknown(below.clone()))))?;
    Ok(StoredFile { path: below.to_string(), ..found })
}

/// The file at a path of the team.
pub(super) async fn file_at(tracking: &Tracking, team: TeamId, path: &ArtifactPath) -> Result<StoredFile, MlflowError> {
    let wanted = path.clone();
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(store::find(r, team, wanted.as_str())?);
    Ok(tracking.context.store.read(read).await?.ok_or_else(|| ArtifactError::Unknown(path.clone()))?)
}

/// A file at a path of the team, as MLflow clients load it: always to keep, never to show in place. Knows what [`answer_file`] knows.
///
/// # Errors
/// There is no such file, or the blobs fail.
pub async fn send_file(
    tracking: &Tracking,
    team: TeamId,
    path: &ArtifactPath,
    asked: &HeaderMap,
) -> Result<Response, MlflowError> {
    let file = file_at(tracking, team, path).await?;
    let mut response = answer_file(tracking, &file, asked).await?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition(path.as_str(), false));
    Ok(response)
}

/// Answers with a file; knows `Range` (one range) and `If-None-Match`.
///
/// # Errors
/// The blobs fail.
pub async fn answer_file(tracking: &Tracking, file: &StoredFile, asked: &HeaderMap) -> Result<Response, Problem> {
    let tag = format!("\"{}\"", file.digest);
    if asked.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, headers(file, &tag)).into_response());
    }
    let (status, range) = match part(asked, file.bytes) {
        Part::Whole => (StatusCode::OK, 0..file.bytes),
        Part::Range(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Outside => {
            let whole = [(header::CONTENT_RANGE, format!("bytes */{}", file.bytes))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response());
        }
    };
    let blobs = &tracking.context.blobs;
    // A whole file is checked while it is read, a part of it cannot be.
    let content = match status {
        StatusCode::OK => blobs.get(&file.digest).await,
        _ => blobs.get_range(&file.digest, range.clone()).await,
    };
    let gone = || Problem::internal(&format!("the blob {} of artifact {} is gone", file.digest, file.path));
    let content = content.map_err(|error| Problem::internal(&error))?.ok_or_else(gone)?;
    let mut answer_headers = headers(file, &tag);
    answer_headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content.bytes()));
    if status == StatusCode::PARTIAL_CONTENT {
        let said = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), file.bytes);
        answer_headers.extend(HeaderValue::try_from(said).map(|said| (header::CONTENT_RANGE, said)));
    }
    Ok((status, answer_headers, Body::from_stream(content)).into_response())
}

fn headers(file: &StoredFile, tag: &str) -> HeaderMap {
    let kind = media_type(&file.path);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&file.path, is_shown_in_place(kind)));
    headers.extend(HeaderValue::try_from(tag).map(|tag| (header::ETAG, tag)));
    headers
}

/// How a browser treats the file. Characters outside the plain ones become `_` in the name.
fn disposition(path: &str, is_in_place: bool) -> HeaderValue {
    let name = path.rsplit('/').next().unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    let way = if is_in_place { "inline" } else { "attachment" };
    HeaderValue::from_str(&format!("{way}; filename=\"{name}\"")).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Reads `Range: bytes=1-5`, `bytes=1-` and `bytes=-5`; what is none of these, or several ranges, asks for everything (RFC 9110, 14.2).
fn part(asked: &HeaderMap, total: u64) -> Part {
    let text =
        asked.get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix("bytes="));
    let Some((first, last)) = text.and_then(|text| text.split_once('-')).map(|(a, b)| (a.trim(), b.trim())) else {
        return Part::Whole;
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(total),
        (Ok(first), Err(_)) if last.is_empty() => first..total,
        (Err(_), Ok(length)) if first.is_empty() => total.saturating_sub(length)..total,
        _ => return Part::Whole,
    };
    if range.start >= range.end { Part::Outside } else { Part::Range(range) }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderValue, Part, header, part};

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (text, wanted) in [
            ("bytes=0-4", Part::Range(0..5)),
            ("bytes=5-", Part::Range(5..10)),
            ("bytes=-3", Part::Range(7..10)),
            ("bytes=-30", Part::Range(0..10)),
            ("bytes=8-99", Part::Range(8..10)),
            ("bytes=10-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=x", Part::Whole),
        ] {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(text))]);
            assert_eq!(part(&headers, 10), wanted, "{text}");
        }
        assert_eq!(part(&HeaderMap::new(), 10), Part::Whole);
    }
}

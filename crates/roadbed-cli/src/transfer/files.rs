//! Files on their way to the server: streamed, and held against what the server stored.

use super::sender::Sender;
use super::tally::Tally;
use crate::failure::Failure;
use crate::http::{Call, segment};
use roadbed_transfer::{FileContent, FileEntry, Holder, Source};
use std::collections::HashMap;
use std::io::{Read, Seek as _, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};
use ureq::http::Method;

const PROXY: &str = "/api/2.0/mlflow-artifacts/artifacts";

/// Size and digest of a file.
type Sum = (u64, String);

/// Reads on and remembers the digest of what was read.
struct Summing<R> {
    inner: R,
    sum: Arc<Mutex<(u64, blake3::Hasher)>>,
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.0 += length as u64;
        sum.1.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}

fn summing<R: Read>(inner: R) -> (Summing<R>, Arc<Mutex<(u64, blake3::Hasher)>>) {
    let sum = Arc::new(Mutex::new((0, blake3::Hasher::new())));
    (Summing { inner, sum: sum.clone() }, sum)
}

fn ended(sum: &Mutex<(u64, blake3::Hasher)>) -> Sum {
    let sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
    (sum.0, sum.1.finalize().to_hex().to_string())
}

/// Sends every file of a holder below a folder of the team's artifacts. Whether all of them arrived; what did not is refused in the tally.
pub(super) fn send(
    source: &mut dyn Source,
    sender: &Sender<'_>,
    (holder, folder): (Holder<'_>, &str),
    tally: &mut Tally,
) -> Result<bool, Failure> {
    let found = match source.files(holder)? {
        Ok(found) => found,
        Err(reason) => {
            tally.refuse("file", folder, reason);
            return Ok(false);
        }
    };
    tally.of("file").found += found.len() as u64;
    if found.is_empty() || sender.dry_run {
        tally.bytes += found.iter().map(|file| file.bytes).sum::<u64>();
        return Ok(true);
    }
    let there = stored(sender, folder)?;
    let mut sent: Vec<(String, Sum)> = Vec::new();
    let mut is_complete = true;
    for FileEntry { path, bytes } in found {
        let name = format!("{folder}/{path}");
        let known = there.get(&path).filter(|(stored, _)| *stored == bytes);
        let outcome = match known {
            Some(known) if *known == sum_of(source.open_file(holder, &path)?, &name)? => {
                tally.of("file").present += 1;
                continue;
            }
            _ => put(sender, source.open_file(holder, &path)?, &name),
        };
        match outcome {
            Ok(sum) => sent.push((path, sum)),
            Err(Failure::Problem(problem)) if (400..500).contains(&problem.status) && problem.status != 401 => {
                tally.refuse("file", name, problem.detail.clone());
                is_complete = false;
            }
            Err(other) => return Err(other),
        }
    }
    if sent.is_empty() {
        return Ok(is_complete);
    }
    let there = stored(sender, folder)?;
    for (path, sum) in sent {
        if there.get(&path) == Some(&sum) {
            tally.of("file").made += 1;
            tally.bytes += sum.0;
        } else {
            tally.refuse("file", format!("{folder}/{path}"), "what is stored is not what was read");
            is_complete = false;
        }
    }
    Ok(is_complete)
}

fn sum_of(content: FileContent, name: &str) -> Result<Sum, Failure> {
    let (mut reader, sum) = summing(content.reader);
    std::io::copy(&mut reader, &mut std::io::sink()).map_err(Failure::file(name.as_ref(), "read"))?;
    Ok(ended(&sum))
}

fn put(sender: &Sender<'_>, content: FileContent, name: &str) -> Result<Sum, Failure> {
    let path: Vec<String> = name.split('/').map(segment).collect();
    let call = sender.for_team(Call::new(Method::PUT, format!("{PROXY}/{}", path.join("/"))));
    let FileContent { mut reader, bytes } = content;
    // A length is sent before the bytes; where none is known, the file is kept first.
    let (reader, bytes): (Box<dyn Read + Send>, u64) = match bytes {
        Some(bytes) => (reader, bytes),
        None => {
            let mut kept = tempfile::tempfile().map_err(Failure::file(name.as_ref(), "kept"))?;
            let bytes = std::io::copy(&mut reader, &mut kept).map_err(Failure::file(name.as_ref(), "kept"))?;
            kept.seek(SeekFrom::Start(0)).map_err(Failure::file(name.as_ref(), "read"))?;
            (Box::new(kept), bytes)
        }
    };
    let (reader, sum) = summing(reader);
    sender.client().upload(&call, reader, bytes)?;
    Ok(ended(&sum))
}

/// Every file the server has below a folder, by path.
fn stored(sender: &Sender<'_>, folder: &str) -> Result<HashMap<String, Sum>, Failure> {
    let mut files = HashMap::new();
    let mut cursor: Option<String> = None;
    loop {
        let call = sender.for_team(Call::get("/api/v1/transfer/files")).query("folder", folder);
        let call = match cursor {
            Some(after) => call.query("cursor", after),
            None => call,
        };
        let answer = sender.client().send(&call)?;
        for item in answer["items"].as_array().into_iter().flatten() {
            let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            files.insert(text("path"), (item["bytes"].as_u64().unwrap_or(0), text("digest")));
        }
        cursor = answer["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(files);
        }
    }
}

//! Versions of things that people edit on `/api/v1`. MLflow counts none, so they come from what the thing says.

/// The same for the same parts in the same order: 16 hex digits, for ETag and If-Match.
#[must_use]
pub fn version_of<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    const DIGITS: usize = 16;
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(DIGITS).collect()
}

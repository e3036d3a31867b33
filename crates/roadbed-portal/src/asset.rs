use std::borrow::Cow;

/// One file in every form it is there.
#[derive(Debug, Clone)]
pub struct Asset {
    /// With its character set where it is text.
    pub media_type: String,
    /// Its name changes with its bytes, so that a copy is good for ever.
    pub immutable: bool,
    pub plain: Form,
    pub brotli: Option<Form>,
    pub gzip: Option<Form>,
}

/// The bytes of one form of a file.
#[derive(Debug, Clone)]
pub struct Form {
    pub bytes: Cow<'static, [u8]>,
    /// Changes when the bytes do; visible ASCII without quotes.
    pub tag: String,
}

/// The media type by the name's ending.
pub(crate) fn media_type(path: &str) -> String {
    let guessed = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = guessed.type_() == mime_guess::mime::TEXT || guessed == mime_guess::mime::IMAGE_SVG;
    if is_text { format!("{guessed}; charset=utf-8") } else { guessed.to_string() }
}

/// Characters of the hash that the build puts at the end of names.
const HASH_LENGTH: usize = 8;

/// Whether the name ends with a hash, as in `assets/index-B3x_-k9a.js`. A word such as `portrait` is none: a hash that happens to look like
/// one is only kept shorter.
pub(crate) fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let Some((before, hash)) = stem.len().checked_sub(HASH_LENGTH).and_then(|at| stem.split_at_checked(at)) else {
        return false;
    };
    let is_word = hash.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_hash = hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    before.ends_with('-') && is_hash && !is_word
}

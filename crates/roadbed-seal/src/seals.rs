//! Sealed text: `seal1.<nonce>.<sealed bytes and tag>`, each in base64 without padding.

use crate::error::SealError;
use crate::key_file::write_once;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use roadbed_core::Secret;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

const KEY_BYTES: usize = 32;
/// Told apart from later forms by its first word.
const FORM: &str = "seal1";

/// AES-256-GCM under one key. Cheap to clone.
#[derive(Clone)]
pub struct Seals {
    key: Arc<LessSafeKey>,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seals")
    }
}

impl Seals {
    /// The key in this file, which is made when it is not there: 32 bytes as 64 hexadecimal digits, readable by its owner only.
    ///
    /// # Errors
    /// The file cannot be read or made, or holds something else.
    pub fn in_file(path: &Path) -> Result<Self, SealError> {
        let failed = |error: io::Error| SealError::File { path: path.to_owned(), error };
        match fs::read_to_string(path) {
            Ok(text) => Self::from_hex(&Secret::new(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = random::<KEY_BYTES>()?;
                if write_once(path, &hex(&made)).map_err(failed)? {
                    return Self::from_bytes(&made);
                }
                // Another process was first.
                Self::from_hex(&Secret::new(fs::read_to_string(path).map_err(failed)?))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The key from a setting: 64 hexadecimal digits, white space around them ignored.
    ///
    /// # Errors
    /// The text is something else.
    pub fn from_hex(text: &Secret) -> Result<Self, SealError> {
        let digits = text.expose().trim().as_bytes();
        let mut bytes = [0; KEY_BYTES];
        if digits.len() != KEY_BYTES * 2 {
            return Err(SealError::Key);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| SealError::Key)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| SealError::Key)?;
        }
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Result<Self, SealError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| SealError::Key)?;
        Ok(Self { key: Arc::new(LessSafeKey::new(key)) })
    }

    /// Text that only `open` with the same key and the same `purpose` reads. The purpose names the one place the text belongs to, such as
    /// `webhook/01J…`, so that a sealed value moved to another row does not open there.
    ///
    /// # Errors
    /// The machine gives no random numbers.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<String, SealError> {
        // Random nonces of 96 bits are safe up to 2^32 messages under one key (NIST SP 800-38D, 8.3); here are thousands.
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = plain.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        let additional = Aad::from(purpose.as_bytes());
        self.key.seal_in_place_append_tag(unique, additional, &mut sealed).map_err(|_| SealError::Randomness)?;
        Ok(format!("{FORM}.{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What was sealed for this purpose.
    ///
    /// # Errors
    /// [`SealError::Closed`]: the text was sealed under another key or for another purpose, or was changed.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        self.opened(purpose, sealed).ok_or_else(|| SealError::Closed { purpose: purpose.to_owned() })
    }

    fn opened(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.strip_prefix(FORM)?.strip_prefix('.')?.split_once('.')?;
        let nonce = Nonce::try_assume_unique_for_key(&URL_SAFE_NO_PAD.decode(nonce).ok()?).ok()?;
        let mut text = URL_SAFE_NO_PAD.decode(text).ok()?;
        let length = self.key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SealError::Randomness)?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! A serial number that is the same for the same document (CycloneDX asks for a UUID; RFC 9562, 5.8 leaves version 8 to the maker).

use super::document::Bom;

/// The document with the number made of everything else in it.
///
/// # Errors
/// It cannot be written as JSON.
pub(super) fn numbered(mut bom: Bom) -> Result<Bom, serde_json::Error> {
    bom.serial_number = String::new();
    let hash = blake3::hash(&serde_json::to_vec(&bom)?);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(hash.as_bytes().get(..16).unwrap_or(&[0; 16]));
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    bom.serial_number =
        format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32));
    Ok(bom)
}

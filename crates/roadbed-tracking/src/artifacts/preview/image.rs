//! Whether bytes begin a picture that browsers draw, and how large it is.

/// `None` for what is no such picture; the inner `None` where the size does not stand in the head.
pub(super) fn dimensions(head: &[u8]) -> Option<Option<(u32, u32)>> {
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(Some((big(head, 16)?, big(head, 20)?)));
    }
    if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        let little = |at: usize| Some(u32::from(*head.get(at)?) | u32::from(*head.get(at + 1)?) << 8);
        return Some(little(6).zip(little(8)));
    }
    if head.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some(jpeg(head));
    }
    (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP")).then_some(None)
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes).map(u32::from)
}

/// Walks the segments to the frame header (ITU T.81, B.2.2).
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    while *head.get(at)? == 0xff {
        let marker = *head.get(at + 1)?;
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return short(head, at + 7).zip(short(head, at + 5));
        }
        at += 2 + usize::try_from(short(head, at + 2)?).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::dimensions;

    #[test]
    fn sizes_stand_in_the_head() {
        let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0, 0, 0, 13], b"IHDR", &[0, 0, 1, 2, 0, 0, 0, 3]].concat();
        assert_eq!(dimensions(&png), Some(Some((258, 3))));
        assert_eq!(dimensions(b"GIF89a\x05\x00\x06\x01"), Some(Some((5, 262))));
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 11, 8, 0, 9, 1, 0];
        assert_eq!(dimensions(&jpeg), Some(Some((256, 9))));
        assert_eq!(dimensions(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some(None));
    }

    #[test]
    fn what_only_has_the_name_of_a_picture_is_none() {
        for bytes in [b"<script>".as_slice(), b"", b"\x89PNG\r\n\x1a\n", b"RIFF"] {
            assert_eq!(dimensions(bytes), None);
        }
    }
}

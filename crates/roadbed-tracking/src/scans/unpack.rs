//! What a compressed part unpacks to, as something that can be read and sought in. Nothing is held in memory: to go back is to begin again.

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are unpacked for one scan, each reading of the same bytes counted: a few kilobytes can unpack to gigabytes.
pub(super) const BUDGET_BYTES: u64 = 4 << 30;
/// Of these, for one part.
const PART_BYTES: u64 = 512 << 20;
const STEP_BYTES: usize = 64 << 10;

/// Anything to read and seek in.
pub(super) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// How many bytes may still be unpacked. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<AtomicU64>);

impl Budget {
    pub(super) fn new(bytes: u64) -> Self {
        Self(Arc::new(AtomicU64::new(bytes)))
    }

    fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn spend(&self, bytes: u64) {
        self.0.store(self.left().saturating_sub(bytes), Ordering::Relaxed);
    }
}

/// A part of a source, from 0 to its length.
pub(super) struct Section<'a> {
    input: &'a mut dyn Source,
    start: u64,
    end: u64,
    at: u64,
}

impl<'a> Section<'a> {
    /// Between two places of a source.
    pub(super) fn new(input: &'a mut dyn Source, start: u64, end: u64) -> Self {
        Self { input, start, end: end.max(start), at: 0 }
    }

    pub(super) const fn length(&self) -> u64 {
        self.end - self.start
    }
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length().saturating_sub(self.at);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if length == 0 {
            return Ok(0);
        }
        self.input.seek(SeekFrom::Start(self.start + self.at))?;
        let read = self.input.read(buffer.get_mut(..length).unwrap_or_default())?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Where a seek leads to.
fn target(from: SeekFrom, at: u64, end: Option<u64>) -> io::Result<u64> {
    let to = match from {
        SeekFrom::Start(to) => Some(to),
        SeekFrom::Current(by) => at.checked_add_signed(by),
        SeekFrom::End(by) => end.and_then(|end| end.checked_add_signed(by)),
    };
    to.ok_or_else(|| ErrorKind::InvalidInput.into())
}

impl Seek for Section<'_> {
    fn seek(&mut self, from: SeekFrom) -> io::Result<u64> {
        self.at = target(from, self.at, Some(self.length()))?;
        Ok(self.at)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zlib,
    /// As in zips, without a header.
    Deflate,
}

enum Decoder<'a> {
    Gzip(MultiGzDecoder<Section<'a>>),
    Zlib(ZlibDecoder<Section<'a>>),
    Deflate(DeflateDecoder<Section<'a>>),
}

impl<'a> Decoder<'a> {
    fn new(section: Section<'a>, packing: Packing) -> Self {
        match packing {
            Packing::Gzip => Self::Gzip(MultiGzDecoder::new(section)),
            Packing::Zlib => Self::Zlib(ZlibDecoder::new(section)),
            Packing::Deflate => Self::Deflate(DeflateDecoder::new(section)),
        }
    }

    fn into_section(self) -> Section<'a> {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zlib(decoder) => decoder.into_inner(),
            Self::Deflate(decoder) => decoder.into_inner(),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zlib(decoder) => decoder.read(buffer),
            Self::Deflate(decoder) => decoder.read(buffer),
        }
    }
}

/// The content of a compressed section. It ends where it cannot be unpacked further, and where the budget does; both can be asked.
pub(super) struct Unpacked<'a> {
    /// None only while it begins again.
    decoder: Option<Decoder<'a>>,
    packing: Packing,
    budget: Budget,
    at: u64,
    broken: bool,
    over: bool,
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(section: Section<'a>, packing: Packing, budget: Budget) -> Self {
        Self { decoder: Some(Decoder::new(section, packing)), packing, budget, at: 0, broken: false, over: false }
    }

    /// Did it end where the content of its kind cannot end?
    pub(super) const fn is_broken(&self) -> bool {
        self.broken
    }

    /// Is there more than was unpacked?
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    /// How many bytes can be read of it.
    ///
    /// # Errors
    /// The source cannot be read.
    pub(super) fn length(&mut self) -> io::Result<u64> {
        self.skip_to(u64::MAX)?;
        Ok(self.at)
    }

    fn skip_to(&mut self, place: u64) -> io::Result<()> {
        let mut sink = vec![0; STEP_BYTES];
        while self.at < place {
            let step = usize::try_from(place - self.at).unwrap_or(usize::MAX).min(sink.len());
            if self.read(sink.get_mut(..step).unwrap_or_default())? == 0 {
                break;
            }
        }
        Ok(())
    }

    fn begin_again(&mut self) -> io::Result<()> {
        if let Some(decoder) = self.decoder.take() {
            let mut section = decoder.into_section();
            section.seek(SeekFrom::Start(0))?;
            self.decoder = Some(Decoder::new(section, self.packing));
        }
        self.at = 0;
        Ok(())
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.left().min(PART_BYTES.saturating_sub(self.at));
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if length == 0 {
            self.over |= !buffer.is_empty();
            return Ok(0);
        }
        let Some(decoder) = &mut self.decoder else { return Ok(0) };
        match decoder.read(buffer.get_mut(..length).unwrap_or_default()) {
            Ok(read) => {
                self.at += read as u64;
                self.budget.spend(read as u64);
                Ok(read)
            }
            // What flate2 says of content that is not of its kind, or is cut off.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof
                ) =>
            {
                self.broken = true;
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
}

impl Seek for Unpacked<'_> {
    fn seek(&mut self, from: SeekFrom) -> io::Result<u64> {
        let to = target(from, self.at, None)?;
        if to < self.at {
            self.begin_again()?;
        }
        self.skip_to(to)?;
        Ok(to)
    }
}

//! Content-addressed files on disk or in an S3 bucket, known by the BLAKE3 digest of their bytes.
//!
//! Owns: writing bytes so that a blob is visible only when it is complete, reading them back, the bounded local cache in front of S3.
//! Never: deletes by itself. Whoever knows the references asks for old blobs, decides, and hands back a list of digests.
//! Invariant: a digest that can be read names exactly those bytes; identical content is stored once.
//! Start reading at [`Blobs`], then `disk` for the order of writes that survives a crash.

mod blobs;
mod config;
mod disk;
mod error;
mod incoming;
mod layout;
mod local_file;
mod model;
mod stream;

#[cfg(feature = "s3")]
mod cache;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3")]
mod turns;

pub use blobs::Blobs;
pub use config::{BlobConfig, BlobLocation, CacheConfig, S3Location};
pub use error::BlobError;
pub use local_file::LocalBlob;
pub use model::{Blob, CacheUsage, DeletedBlobs, StoredBlob};
pub use stream::BlobStream;

#[cfg(test)]
mod tests;

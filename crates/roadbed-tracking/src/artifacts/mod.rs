//! # Artifacts
//!
//! **Purpose.** Files of runs and logged models, as MLflow clients log and load them through the server (`mlflow-artifacts:` URIs).
//!
//! **Words.** A *path* is a team's own: `<experiment>/<run>/artifacts/…`, `<experiment>/models/<model>/artifacts/…`, and
//! `registered/<snapshot>/…` for the frozen files of a model version, which nobody can write to. Folders exist only as parts of paths.
//!
//! **Reads and writes** (state lane). Table `artifacts_files` (team, path → digest, bytes); the bytes are blobs, written first and
//! retained in the transaction that makes the row. Tables `artifacts_uploads`, `artifacts_upload_parts`: files that come in parts, which
//! the controller `abandoned-uploads` forgets after a day. Events `ArtifactStored`, `ArtifactDeleted` (activity).
//!
//! **Endpoints.** `mlflow-artifacts/artifacts` GET, `mlflow-artifacts/artifacts/{path}` GET, PUT, DELETE below `/api/2.0` and
//! `/ajax-api/2.0`; `artifacts/list` GET below the four MLflow prefixes. `mlflow-artifacts/mpu/{create,complete,abort}/{folder}` POST and
//! `…/part/{grant}` PUT take large files in parts ([`uploads`]). Loading knows ranges; `mlflow-artifacts/presigned/{path}` GET gives an
//! address in the bucket where blobs lie in one, and 501 elsewhere. `/get-artifact` GET and `upload-artifact` POST are what MLflow's
//! pages use. For the command line and the portal `/api/v1/runs/{run}/artifacts[/{path}]` and `/api/v1/runs/{run}/artifact-preview` GET
//! (with the models the run logged, as folders); the same for files of a model version is in `models`.
//!
//! **Not here.** Which files a model version has: `models`.

mod api;
mod content;
mod described;
mod kind;
mod listing;
mod model;
mod operations;
mod pages;
mod plain;
mod presigned;
mod preview;
mod store;
mod tree;
mod uploads;

pub use api::{FileView, capability};
pub use content::{answer_file, find_file, send_file};
pub use described::{ModelDescription, SignatureColumn, python_minor};
pub use kind::FileKind;
pub use listing::{FileItem, FileList, FolderQuery, list_folder};
pub use model::{ArtifactDeleted, ArtifactPath, ArtifactStored, FolderEntry, StoredFile};
pub use operations::list;
pub use pages::{TeamQuery, named_team};
pub use preview::{FilePreview, PreviewKind, PreviewQuery, preview_file};
pub use store::{copy_tree, delete_tree, files_below};
pub use tree::FileTree;

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "artifacts",
    lane: Lane::State,
    migrations: &[
        Migration { number: 1, name: "artifacts", sql: include_str!("migrations/0001_artifacts.sql") },
        Migration { number: 2, name: "uploads", sql: include_str!("migrations/0002_uploads.sql") },
    ],
}];

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;

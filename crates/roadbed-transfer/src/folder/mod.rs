//! MLflow's folder store (`mlruns`), as `mlflow/store/tracking/file_store.py` and `store/model_registry/file_store.py` lay it out:
//! `yaml` reads and writes its small files, `experiments`, `runs` and `registry` what lies where, `source` answers, `writer`,
//! `writing` and `belongings` write one.

mod belongings;
mod experiments;
mod registry;
mod runs;
mod source;
mod writer;
mod writing;
mod yaml;

pub(crate) use source::FolderSource;
pub use writer::FolderWriter;

//! What people change about a run: its name, what they say about it, and its tags.

use super::lifecycle::update;
use super::reading::find;
use crate::mlflow::{Call, MlflowError, Tracking, names, version_of};
use crate::runs::model::{Batch, JOB_TAG, NAME_TAG, NOTE_TAG, RunError};
use crate::runs::store;
use roadbed_capability::extract::IfMatch;
use roadbed_store::Reader;
use std::collections::BTreeMap;

const TAG_VALUE_LIMIT: usize = 8000;

/// Changes of tags: a value is set, none takes the tag away. The name and the description are tags too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::runs) struct Edit {
    pub tags: BTreeMap<String, Option<String>>,
}

impl Edit {
    /// # Errors
    /// A key that clients could not set either, one that the platform keeps, or a text that is too long; with the field it is in.
    pub(in crate::runs) fn new(
        name: Option<String>,
        description: Option<String>,
        tags: BTreeMap<String, Option<String>>,
    ) -> Result<Self, (&'static str, MlflowError)> {
        if let Some(own) = tags.keys().find(|key| matches!(key.as_str(), NAME_TAG | JOB_TAG)) {
            return Err(("tags", RunError::OwnTag(own.clone()).into()));
        }
        let mut edit = Self::default();
        edit.set("tags", tags)?;
        let note = description.map(|text| (NOTE_TAG.to_owned(), Some(text).filter(|text| !text.is_empty())));
        edit.set("description", note)?;
        edit.set("name", name.map(|name| (NAME_TAG.to_owned(), Some(name))))?;
        Ok(edit)
    }

    fn set(
        &mut self,
        field: &'static str,
        tags: impl IntoIterator<Item = (String, Option<String>)>,
    ) -> Result<(), (&'static str, MlflowError)> {
        for (key, value) in tags {
            let checked = names::check_key("key", field, &key)
                .and_then(|()| names::check_length(field, TAG_VALUE_LIMIT, value.as_deref().unwrap_or_default()));
            checked.map_err(|error| (field, error))?;
            self.tags.insert(key, value);
        }
        Ok(())
    }

    fn apply(&self, tags: Vec<(String, String)>) -> Vec<(String, String)> {
        let mut all: BTreeMap<String, String> = tags.into_iter().collect();
        for (key, value) in &self.tags {
            match value {
                Some(value) => all.insert(key.clone(), value.clone()),
                None => all.remove(key),
            };
        }
        all.into_iter().collect()
    }
}

/// Another one after each change that people make; what clients note for themselves does not count.
pub(in crate::runs) fn version(tags: &[(String, String)]) -> String {
    let is_edited = |key: &str| !key.starts_with("mlflow.") || key == NAME_TAG || key == NOTE_TAG;
    version_of(tags.iter().filter(|(key, _)| is_edited(key)).flat_map(|(key, value)| [key.as_str(), value.as_str()]))
}

/// Changes a run and gives its name and tags as they are then; a rehearsal gives them as they would be.
pub(in crate::runs) async fn edit(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    (edit, seen): (Edit, IfMatch),
) -> Result<Vec<(String, String)>, MlflowError> {
    let run = find(tracking, call, run_id).await?;
    run.check_active()?;
    let (team, number) = (call.team, run.number);
    if call.dry_run {
        let read = move |r: &mut Reader<'_>| {
            let tags = store::tags(r, number)?;
            seen.check(version(&tags))?;
            Ok::<_, MlflowError>(edit.apply(tags))
        };
        return tracking.context.store.read_records(read).await;
    }
    let name = edit.tags.get(NAME_TAG).cloned().flatten();
    let edited = tracking.context.store.append(move |append| {
        let tags = store::tags(append, number)?;
        seen.check(version(&tags))?;
        for (key, _) in edit.tags.iter().filter(|(_, value)| value.is_none()) {
            store::delete_tag(append, number, key)?;
        }
        let set = edit.tags.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
        let batch = Batch { tags: set.collect(), ..Batch::default() };
        store::log::<MlflowError>(append, &run, team, &batch)?;
        Ok::<_, MlflowError>(edit.apply(tags))
    });
    let tags = edited.await?;
    // Also without a new name: its event tells watchers that the run changed.
    update(tracking, call, run_id, (None, None, name)).await?;
    Ok(tags)
}

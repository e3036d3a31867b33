use crate::entries::{Applied, EntryFile, EntryTable};
use roadbed_contracts::entries::{Entry, EntryBody, EntryFeed, GrantEntry};
use roadbed_core::Timestamp;

fn entry(name: &str, version: i64, present: bool) -> Entry {
    let grant = GrantEntry { token_hash: name.into(), team: None, instance: None, expires_at: None };
    Entry { key: format!("grant/{name}"), version, body: present.then_some(EntryBody::Grant(grant)) }
}

fn feed(entries: Vec<Entry>, head: i64, epoch: &str) -> EntryFeed {
    EntryFeed { entries, head, epoch: epoch.into() }
}

#[test]
fn changes_build_on_the_list_and_a_new_epoch_starts_over() {
    let mut table = EntryTable::default();
    table.apply(0, feed(vec![entry("a", 1, true), entry("b", 2, true)], 2, "x"));
    assert!(matches!(table.apply(2, feed(vec![], 2, "x")), Applied::Unchanged));
    table.apply(2, feed(vec![entry("a", 3, false), entry("c", 4, true)], 4, "x"));
    assert_eq!(table.entries.keys().collect::<Vec<_>>(), ["grant/b", "grant/c"]);
    let before = table.clone();
    assert!(matches!(table.apply(4, feed(vec![entry("d", 5, true)], 5, "y")), Applied::AskFromStart));
    assert_eq!(table, before);
    table.apply(0, feed(vec![entry("d", 5, true)], 5, "y"));
    assert_eq!(table.entries.keys().collect::<Vec<_>>(), ["grant/d"]);
    assert_eq!((table.head, table.epoch.as_str()), (5, "y"));
}

#[test]
fn the_folder_keeps_entries_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = EntryFile::open(&folder.path().join("gateway")).unwrap();
    assert_eq!(file.load().unwrap(), EntryTable::default());
    let mut table = EntryTable::default();
    table.apply(0, feed(vec![entry("a", 1, true)], 1, "x"));
    file.save(&table).unwrap();
    assert_eq!(file.load().unwrap(), table);
    assert_eq!(file.last_contact(), None);
    file.note_contact(Timestamp::from_micros(5_000_000)).unwrap();
    assert_eq!(file.last_contact(), Some(Timestamp::from_micros(5_000_000)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("gateway")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

use crate::entries::{Entry, EntryBody, GrantEntry};
use crate::events::training::JobFinished;
use crate::events::{Actor, Event, EventBody, EventHeader, Subject};
use crate::ports::ModelReference;
use crate::tensor::Datatype;
use crate::workload::ExitKind;
use roadbed_core::{EventSeq, JobId, Timestamp};

#[test]
fn an_event_decodes_as_its_own_kind_only() {
    let body = JobFinished {
        job: JobId::from_u128(7),
        name: "train".into(),
        state: "failed".into(),
        exit: Some(ExitKind::Code(3)),
    };
    let event = Event {
        seq: EventSeq(1),
        at: Timestamp::from_micros(0),
        kind: JobFinished::KIND.into(),
        version: 1,
        class: JobFinished::CLASS,
        header: EventHeader::new(Subject::new("job", body.job), Actor::controller("jobs")),
        body: serde_json::to_value(&body).unwrap(),
    };
    assert_eq!(event.decode::<JobFinished>().unwrap(), Some(body));
    let other = Event { kind: "JobStarted".into(), ..event };
    assert_eq!(other.decode::<JobFinished>().unwrap(), None);
}

#[test]
fn exit_kinds_have_the_shape_scripts_rely_on() {
    assert_eq!(serde_json::to_string(&ExitKind::Code(3)).unwrap(), r#"{"kind":"code","value":3}"#);
    assert_eq!(serde_json::to_string(&ExitKind::OutOfMemory).unwrap(), r#"{"kind":"out_of_memory"}"#);
}

#[test]
fn model_references_are_name_slash_version_or_name_at_alias() {
    for text in ["churn/3", "churn@champion", "My model/12"] {
        assert_eq!(text.parse::<ModelReference>().unwrap().to_string(), text);
    }
    for bad in ["churn", "churn/", "churn/0", "churn/x", "churn@", "@champion", "/3"] {
        assert!(bad.parse::<ModelReference>().is_err(), "{bad}");
    }
}

#[test]
fn entries_survive_the_wire() {
    let entry = Entry {
        key: "grant/ab".into(),
        version: 4,
        body: Some(EntryBody::Grant(GrantEntry {
            token_hash: "ab".into(),
            team: None,
            instance: None,
            expires_at: Some(Timestamp::from_micros(5)),
        })),
    };
    let text = serde_json::to_string(&entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
}

#[test]
fn datatypes_are_named_as_in_the_protocol() {
    for datatype in Datatype::ALL {
        assert_eq!(Datatype::parse(datatype.as_str()), Some(datatype));
        assert_eq!(serde_json::to_value(datatype).unwrap(), datatype.as_str());
    }
}

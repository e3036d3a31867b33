-- Tables of the store itself in the state lane.
CREATE TABLE store_head (
    id {INTEGER} NOT NULL PRIMARY KEY,
    seq {INTEGER} NOT NULL,
    audit_seq {INTEGER} NOT NULL,
    audit_hash {BYTES} NOT NULL
);

CREATE TABLE store_events (
    seq {INTEGER} NOT NULL PRIMARY KEY,
    at {INTEGER} NOT NULL,
    kind {TEXT} NOT NULL,
    version {INTEGER} NOT NULL,
    class {TEXT} NOT NULL,
    team_id {TEXT},
    instance_id {TEXT},
    subject_kind {TEXT} NOT NULL,
    subject_id {TEXT} NOT NULL,
    actor {TEXT} NOT NULL,
    cause {INTEGER},
    change_id {TEXT},
    body {TEXT} NOT NULL,
    audit_hash {BYTES}
);

CREATE INDEX store_events_by_subject ON store_events (subject_kind, subject_id, seq);
CREATE INDEX store_events_by_class ON store_events (class, seq);

CREATE TABLE store_blob_references (
    digest {TEXT} NOT NULL,
    owner_kind {TEXT} NOT NULL,
    owner_id {TEXT} NOT NULL,
    PRIMARY KEY (digest, owner_kind, owner_id)
);

CREATE INDEX store_blob_references_by_owner ON store_blob_references (owner_kind, owner_id);

CREATE TABLE store_leases (
    name {TEXT} NOT NULL PRIMARY KEY,
    holder {TEXT} NOT NULL,
    epoch {INTEGER} NOT NULL,
    expires_at {INTEGER} NOT NULL
);

CREATE TABLE store_cursors (
    consumer {TEXT} NOT NULL PRIMARY KEY,
    seq {INTEGER} NOT NULL
);

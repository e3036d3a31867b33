-- Months that have a table of their own, named records_<month>, such as records_202611. Those are made on demand.
CREATE TABLE records_months (
    month {INTEGER} NOT NULL PRIMARY KEY
);

-- One row per kind: the lock under which a kind is rolled up.
CREATE TABLE records_kinds (
    kind {TEXT} NOT NULL PRIMARY KEY,
    rolled_up_at {INTEGER} NOT NULL
);

CREATE TABLE traces_infos (
  trace {BYTES} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  trace_id {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  experiment_id {INTEGER} NOT NULL,
  started_ms {INTEGER} NOT NULL,
  duration_ms {INTEGER},
  state {TEXT} NOT NULL,
  client_request_id {TEXT},
  request_preview {TEXT},
  response_preview {TEXT},
  session {TEXT},
  tags {TEXT} NOT NULL,
  metadata {TEXT} NOT NULL,
  finalized {BOOLEAN} NOT NULL,
  writes {INTEGER} NOT NULL
);
CREATE INDEX traces_infos_by_experiment ON traces_infos (experiment, started_ms, trace_id);
CREATE INDEX traces_infos_by_session ON traces_infos (experiment, session, started_ms);
CREATE TABLE traces_spans (
  trace {BYTES} NOT NULL,
  span {INTEGER} NOT NULL,
  parent {INTEGER},
  name {TEXT} NOT NULL,
  kind {TEXT} NOT NULL,
  status {TEXT} NOT NULL,
  started_ns {INTEGER} NOT NULL,
  ended_ns {INTEGER},
  token_usage {TEXT},
  cost {TEXT},
  plain_bytes {INTEGER} NOT NULL,
  content {BYTES} NOT NULL,
  PRIMARY KEY (trace, span)
);
CREATE TABLE traces_assessments (
  trace {BYTES} NOT NULL,
  assessment_id {TEXT} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  content {TEXT} NOT NULL,
  PRIMARY KEY (trace, assessment_id)
);
CREATE TABLE traces_links (
  kind {TEXT} NOT NULL,
  target {TEXT} NOT NULL,
  trace {BYTES} NOT NULL,
  PRIMARY KEY (kind, target, trace)
);
CREATE INDEX traces_links_by_trace ON traces_links (trace)

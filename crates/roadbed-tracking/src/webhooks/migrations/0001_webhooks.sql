CREATE TABLE webhooks (
  webhook_id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  description {TEXT} NOT NULL,
  url {TEXT} NOT NULL,
  events {TEXT} NOT NULL,
  secret {TEXT},
  enabled {INTEGER} NOT NULL,
  since_seq {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL,
  created_by {TEXT} NOT NULL,
  failures {INTEGER} NOT NULL,
  failing_since_ms {INTEGER},
  failing_told {INTEGER} NOT NULL,
  delivered_ms {INTEGER},
  last_error {TEXT}
);
CREATE INDEX webhooks_by_team ON webhooks (team_id, created_ms);
CREATE TABLE webhooks_deliveries (
  number {INTEGER} NOT NULL PRIMARY KEY,
  delivery_id {TEXT} NOT NULL,
  webhook_id {TEXT} NOT NULL,
  seq {INTEGER} NOT NULL,
  event {TEXT} NOT NULL,
  payload {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  attempts {INTEGER} NOT NULL,
  next_ms {INTEGER},
  created_ms {INTEGER} NOT NULL,
  queued_ms {INTEGER} NOT NULL,
  last_ms {INTEGER},
  status {INTEGER},
  error {TEXT},
  answer {TEXT} NOT NULL
);
CREATE UNIQUE INDEX webhooks_deliveries_by_event ON webhooks_deliveries (webhook_id, seq, event);
CREATE UNIQUE INDEX webhooks_deliveries_by_id ON webhooks_deliveries (delivery_id);
CREATE INDEX webhooks_deliveries_due ON webhooks_deliveries (state, next_ms);
CREATE INDEX webhooks_deliveries_by_age ON webhooks_deliveries (created_ms)

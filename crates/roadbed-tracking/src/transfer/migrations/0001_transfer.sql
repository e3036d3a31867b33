CREATE TABLE transfer_whole (
  team_id {TEXT} NOT NULL,
  item {TEXT} NOT NULL,
  mark {TEXT} NOT NULL,
  PRIMARY KEY (team_id, item)
)

CREATE TABLE prices_changes (
  resource {TEXT} NOT NULL,
  version {INTEGER} NOT NULL,
  pico_price {INTEGER} NOT NULL,
  set_at {INTEGER} NOT NULL,
  actor {TEXT} NOT NULL,
  actor_name {TEXT} NOT NULL,
  PRIMARY KEY (resource, version)
);
INSERT INTO prices_changes (resource, version, pico_price, set_at, actor, actor_name)
  SELECT resource, 1, pico_price, set_at, 'system', 'system' FROM prices_prices;

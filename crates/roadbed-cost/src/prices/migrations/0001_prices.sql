CREATE TABLE prices_prices (
  resource {TEXT} NOT NULL PRIMARY KEY,
  pico_price {INTEGER} NOT NULL,
  set_at {INTEGER} NOT NULL
);

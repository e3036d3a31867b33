use super::filter::{Case, Filter, Order};
use super::tokens::statements;
use super::translate::{Engine, Translator};
use crate::error::StoreError;
use std::collections::HashSet;

fn translate(engine: Engine, sql: &str) -> Result<String, StoreError> {
    let mut translator = Translator::new(engine);
    translator.set_required_columns(HashSet::from(["id".to_owned(), "size".to_owned()]));
    translator.translate(sql).map(|translated| translated.text.clone())
}

#[test]
fn parameters_and_types_take_the_engines_form() {
    let sql = "INSERT INTO t (a, b) VALUES (?1, CAST($2 AS {TEXT})) -- ?3 stays\n";
    assert_eq!(
        translate(Engine::Sqlite, sql).unwrap(),
        "INSERT INTO t (a, b) VALUES (?1, CAST(?2 AS TEXT)) -- ?3 stays\n"
    );
    assert_eq!(
        translate(Engine::Postgres, sql).unwrap(),
        "INSERT INTO t (a, b) VALUES ($1, CAST($2 AS TEXT)) -- ?3 stays\n"
    );
    let table = "CREATE TABLE t (a {INTEGER}, b {BYTES}, c {TEXT}, d {BOOLEAN}, e {REAL})";
    assert_eq!(
        translate(Engine::Postgres, table).unwrap(),
        "CREATE TABLE t (a BIGINT, b BYTEA, c TEXT COLLATE \"C\", d BOOLEAN, e DOUBLE PRECISION)"
    );
    assert_eq!(
        translate(Engine::Sqlite, table).unwrap(),
        "CREATE TABLE t (a INTEGER, b BLOB, c TEXT, d BOOLEAN, e REAL)"
    );
}

#[test]
fn a_clustered_table_is_so_where_the_engine_knows_it() {
    let table = "CREATE TABLE t (a {INTEGER} NOT NULL PRIMARY KEY) {CLUSTERED}";
    let (sqlite, postgres) = (translate(Engine::Sqlite, table).unwrap(), translate(Engine::Postgres, table).unwrap());
    assert_eq!(sqlite, "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY) WITHOUT ROWID");
    assert_eq!(postgres.trim_end(), "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY)");
}

#[test]
fn quotes_and_comments_hide_their_text() {
    let sql = "SELECT '?9 {TEXT} it''s', \"?8\" /* ?7 */ FROM t WHERE a = ?1";
    assert_eq!(translate(Engine::Postgres, sql).unwrap(), sql.replace("= ?1", "= $1"));
}

#[test]
fn nulls_get_the_same_place_on_postgres() {
    let order = |sql: &str| translate(Engine::Postgres, sql).unwrap();
    assert_eq!(
        order("SELECT a FROM t ORDER BY t.id DESC, \"size\" LIMIT 1"),
        "SELECT a FROM t ORDER BY t.id DESC, \"size\" LIMIT 1"
    );
    assert_eq!(
        order("SELECT a FROM t ORDER BY a, b DESC, lower(id) ASC, c NULLS LAST LIMIT 1"),
        "SELECT a FROM t ORDER BY a NULLS FIRST, b DESC NULLS LAST, lower(id) ASC NULLS FIRST, c NULLS LAST LIMIT 1"
    );
    assert_eq!(
        order("SELECT (SELECT x FROM u ORDER BY x LIMIT 1) FROM t ORDER BY COALESCE(a, b)"),
        "SELECT (SELECT x FROM u ORDER BY x NULLS FIRST LIMIT 1) FROM t ORDER BY COALESCE(a, b) NULLS FIRST"
    );
    assert_eq!(
        order("SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) FROM t"),
        "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST) FROM t"
    );
    let untouched = "SELECT a FROM t ORDER BY a";
    assert_eq!(translate(Engine::Sqlite, untouched).unwrap(), untouched);
}

#[test]
fn unportable_text_is_refused_with_the_fix() {
    let cases = [
        ("SELECT a FROM t WHERE a LIKE ?1", "Filter::like"),
        ("SELECT a FROM t WHERE a ILIKE ?1", "Filter::like"),
        ("SELECT SUM(a) AS total FROM t", "CAST(SUM(x) AS {INTEGER})"),
        ("SELECT a->>'b' FROM t", "column of its own"),
        ("SELECT json_extract(a, 'b') FROM t", "column of its own"),
        ("SELECT a::bigint FROM t", "CAST"),
        ("SELECT CAST(a AS INTEGER) FROM t", "{INTEGER}"),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY)", "{INTEGER}"),
        ("CREATE TABLE t (id {INTEGER} PRIMARY KEY AUTOINCREMENT)", "id source"),
        ("CREATE TABLE t (id {INTEGER}) STRICT", "STRICT"),
        ("CREATE TABLE t (id {NUMBER})", "{INTEGER}"),
        ("INSERT OR IGNORE INTO t VALUES (?1)", "ON CONFLICT"),
        ("REPLACE INTO t VALUES (?1)", "ON CONFLICT"),
        ("UPDATE t SET at = CURRENT_TIMESTAMP", "now()"),
        ("SELECT IFNULL(a, 1) FROM t", "COALESCE"),
        ("SELECT a FROM t WHERE a = ANY(?1)", "in_list"),
        ("SELECT a FROM t WHERE a == 1", "write ="),
        ("SELECT a FROM t WHERE a = ?", "number every parameter"),
        ("SELECT a FROM t WHERE a = ?2", "?1 is not used"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("BEGIN", "belongs to the store"),
        ("  ", "no statement"),
    ];
    for (sql, fix) in cases {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let refused = translate(engine, sql).unwrap_err();
            assert!(matches!(refused, StoreError::NotPortable { .. }), "{sql}: {refused:?}");
            assert!(refused.to_string().contains(fix), "{sql}: {refused}");
        }
    }
}

#[test]
fn ordinary_text_is_accepted() {
    let cases = [
        "SELECT CAST(SUM(a) AS {INTEGER}) AS total, CAST(COALESCE(SUM(b), 0) AS {REAL}) AS mean FROM t",
        "SELECT text, real, any FROM t WHERE total > 1 AND now < 2;",
        "WITH x AS (SELECT a FROM t) INSERT INTO u SELECT a FROM x WHERE TRUE ON CONFLICT (a) DO NOTHING",
        "CREATE TABLE t (text {TEXT} NOT NULL DEFAULT '', identity_id {TEXT}, at {INTEGER} NOT NULL)",
        "SELECT a FROM t WHERE a LIKE ?1 ESCAPE '\\'",
    ];
    for sql in cases {
        translate(Engine::Sqlite, sql).unwrap();
        translate(Engine::Postgres, sql).unwrap();
    }
}

#[test]
fn statements_are_cut_at_real_semicolons() {
    let sql = "CREATE TABLE a (x {TEXT} DEFAULT ';'); -- one; comment\n;\nCREATE INDEX i ON a (x);  ";
    let cut = statements(sql);
    assert_eq!(cut.len(), 2, "{cut:?}");
    assert_eq!(cut[0], "CREATE TABLE a (x {TEXT} DEFAULT ';')");
    assert!(cut[1].ends_with("CREATE INDEX i ON a (x)"));
}

#[test]
fn filters_number_their_parameters_after_existing_ones() {
    let filter = Filter::new()
        .and("a = ? OR b = ?", 1)
        .in_list("c", ["x", "y", "z"])
        .like("d", "P%", Case::Insensitive)
        .order_by("e", Order::Descending);
    assert_eq!(filter.sql(2), "(a = ?3 OR b = ?4) AND c IN (?5, ?6, ?7, ?8) AND LOWER(d) LIKE ?9 ESCAPE '\\'");
    assert_eq!(filter.values().len(), 7);
    assert_eq!(filter.order_sql(), " ORDER BY e DESC");
    assert_eq!(Filter::new().sql(0), "TRUE");
    assert_eq!(Filter::new().and_any([]).sql(0), "FALSE");
}

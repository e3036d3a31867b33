use super::check;
use crate::tidy::tree::Tree;

#[test]
fn front_pages_may_list_and_register() {
    let text = "//! Docs.\nmod a;\npub use a::A;\npub const LIST: &[u8] = &[];\npub fn capability() -> A { A }\n\
                pub fn capabilities() -> Vec<A> { vec![A] }\n#[cfg(test)]\nmod tests { fn f() {} }\n";
    assert_eq!(check(&Tree::of(&[("crates/a/src/lib.rs", text)])), []);
}

#[test]
fn logic_in_a_front_page_is_refused_where_it_stands() {
    let text = "mod a;\n\npub struct S;\n\nimpl S {}\nfn work() {}\nmod inner { fn f() {} }\n";
    let lines = |path| check(&Tree::of(&[(path, text)])).iter().map(|finding| finding.line).collect::<Vec<_>>();
    assert_eq!(lines("crates/a/src/b/mod.rs"), [3, 5, 6, 7]);
    assert_eq!(lines("crates/a/src/lib.rs"), [3, 5, 6, 7]);
    assert_eq!(lines("crates/a/src/b.rs"), [0; 0]);
    assert_eq!(lines("crates/a/tests/journeys/mod.rs"), [0; 0]);
}

use super::check;
use crate::tidy::tree::Tree;

fn texts(files: &[(&str, &str)]) -> Vec<String> {
    let paths: Vec<String> = files.iter().map(|(path, _)| format!("crates/a/src/{path}")).collect();
    let mut tree = vec![("crates/a/Cargo.toml", "")];
    tree.extend(paths.iter().zip(files).map(|(path, (_, text))| (path.as_str(), *text)));
    check(&Tree::of(&tree)).iter().map(ToString::to_string).collect()
}

#[test]
fn reading_downward_is_fine() {
    let found = texts(&[
        ("lib.rs", "mod api;\nmod model;\nmod store;\npub use api::capability;\n"),
        ("api.rs", "use crate::model::M;\nuse crate::store;\nuse std::fmt;\n"),
        ("store.rs", "use super::model::{self, M};\n"),
        ("model.rs", "pub struct M;\n#[cfg(test)]\nmod tests { use crate::api; }\n"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn two_files_that_use_each_other_are_found_with_their_lines() {
    let found = texts(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a.rs", "\nuse crate::b::B;\n"),
        ("b.rs", "fn f() -> super::a::A { g(crate::a::A) }\n"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(
        "crates/a/src/a.rs:2 module-cycle — a uses b (crates/a/src/a.rs:2), b uses a (crates/a/src/b.rs:1):"
    ));
}

#[test]
fn a_longer_cycle_is_told_once() {
    let found = texts(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "use crate::b::B;\n"),
        ("b.rs", "use crate::c::C;\n"),
        ("c.rs", "fn f() { log!(\"{}\", crate::a::X) }\n"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("a uses b") && found[0].contains("b uses c") && found[0].contains("c uses a"),
        "{found:?}"
    );
}

#[test]
fn folders_must_not_lean_on_each_other_through_different_files() {
    let found = texts(&[
        ("lib.rs", "mod jobs;\nmod queues;\n"),
        ("jobs/mod.rs", "mod model;\nmod operations;\n"),
        ("jobs/model.rs", "pub struct Job;\n"),
        ("jobs/operations.rs", "use crate::queues::model::Queue;\n"),
        ("queues/mod.rs", "pub(crate) mod model;\nmod plan;\n"),
        ("queues/model.rs", "pub struct Queue;\n"),
        ("queues/plan.rs", "use crate::jobs::model::Job;\n"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("jobs uses queues (crates/a/src/jobs/operations.rs:1)"), "{found:?}");
}

#[test]
fn what_is_listed_again_belongs_to_where_it_is_defined() {
    let through_the_list = texts(&[
        ("lib.rs", "mod a;\nmod b;\npub use a::A;\n"),
        ("a.rs", "pub struct A;\n"),
        ("b.rs", "use crate::A;\nuse super::A as Again;\n"),
    ]);
    assert_eq!(through_the_list, [""; 0]);
    let hidden_behind_it = texts(&[
        ("lib.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;\n"),
        ("a.rs", "use crate::B;\npub struct A;\n"),
        ("b.rs", "use crate::A;\npub struct B;\n"),
    ]);
    assert_eq!(hidden_behind_it.len(), 1, "{hidden_behind_it:?}");
}

#[test]
fn a_module_and_the_one_below_it_go_one_way() {
    let listing_only = texts(&[
        ("lib.rs", "mod events;\n"),
        ("events.rs", "pub mod serving;\npub use serving::Ended;\npub trait Body {}\n"),
        ("events/serving.rs", "use super::Body;\npub struct Ended;\nimpl Body for Ended {}\n"),
    ]);
    assert_eq!(listing_only, [""; 0]);
    let both_ways = texts(&[
        ("lib.rs", "mod events;\n"),
        ("events.rs", "pub mod serving;\npub use serving::Ended;\npub trait Body {}\nfn f(ended: Ended) {}\n"),
        ("events/serving.rs", "use super::Body;\npub struct Ended;\nimpl Body for Ended {}\n"),
    ]);
    assert_eq!(both_ways.len(), 1, "{both_ways:?}");
    assert!(
        both_ways[0].contains("events uses events::serving") && both_ways[0].contains("events::serving uses events")
    );
}

#[test]
fn names_of_other_crates_are_no_modules() {
    let found = texts(&[
        ("lib.rs", "mod time;\nmod clock;\n"),
        ("time.rs", "use crate::clock::Clock;\n"),
        ("clock.rs", "use ::time::OffsetDateTime;\nuse other::time::X;\n"),
    ]);
    assert_eq!(found, [""; 0]);
}

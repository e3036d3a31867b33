//! One list of tests, run on both engines, and the tests only one engine can have.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test ends the test")]
#![expect(unreachable_pub, reason = "the modules of a test binary are reached by no other crate")]

mod bench;
mod cursors;
mod dump;
mod durability;
mod events;
mod full_disk;
mod leases;
mod migrations;
#[path = "../../../roadbed-testkit/src/postgres.rs"]
mod postgres;
mod postgres_only;
mod references;
mod sqlite_only;
mod text;
mod transactions;
mod values;

/// Makes each case a test on SQLite and one on PostgreSQL.
macro_rules! both_engines {
    ($($group:ident: $($case:ident),* $(,)?;)*) => {
        mod on_sqlite {$(
            mod $group {$(
                #[test]
                fn $case() {
                    crate::bench::run_on_sqlite(crate::$group::$case);
                }
            )*}
        )*}
        mod on_postgres {$(
            mod $group {$(
                #[test]
                fn $case() {
                    crate::bench::run_on_postgres(crate::$group::$case);
                }
            )*}
        )*}
    };
}

both_engines! {
    values: every_kind_comes_back, nan_and_nul_and_large_numbers_are_refused, wrong_number_of_parameters_is_refused,
        a_value_that_does_not_parse_names_its_place, two_rows_where_one_is_expected;
    text: like_tells_case_apart_when_asked, nulls_come_first_ascending_and_last_descending, sums_are_integers,
        text_sorts_by_bytes, filters_build_conditions, many_rows_meet_their_own_keys, returning_gives_rows;
    transactions: an_error_leaves_nothing, a_failed_member_does_not_hurt_its_group, a_swallowed_error_spoils_the_closure,
        a_panic_is_an_error_and_the_store_lives, a_unique_key_is_named, a_change_needs_an_event,
        many_writers_lose_nothing, a_closed_store_says_so, reads_see_what_was_acknowledged;
    events: fields_come_back, order_is_commit_order_and_no_consumer_misses_one, the_head_moves, what_is_remembered_ends_with_the_next_event,
        a_given_up_event_leaves_no_trace, the_audit_chain_shows_changes, events_are_read_backwards, old_activity_goes_when_everyone_has_seen_it;
    leases: one_holder_at_a_time, an_expired_lease_changes_hands_and_the_old_holder_cannot_write;
    cursors: compare_and_set;
    references: referenced_blobs_are_known, releasing_drops_all_of_an_owner;
    migrations: a_contracted_store_is_refused_with_the_version, an_expanded_store_stays_usable,
        an_edited_migration_is_refused, a_failed_migration_leaves_nothing, wrong_numbers_are_refused,
        new_migrations_are_added;
    dump: there_and_back, a_damaged_dump_is_refused, a_used_target_is_refused, a_later_migration_runs_after_the_restore;
}

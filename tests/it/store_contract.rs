//! What every store promises, proved on each of them: `taskwire::store::TaskStore` in sentences.
//!
//! A store is plugged in by one line at the end: a name and its `fixture::StoreFixture`.

mod audience;
mod causes;
mod duties;
mod feed;
mod fixture;
mod leases;
mod lists;
mod mongodb_alone;
mod mongodb_answers;
mod mongodb_words;
mod progress;
mod scene;
mod snapshots;
mod sqlite_alone;
mod transfer;
mod writes;

/// Each of these functions, in the module of its name, as a test on a fresh store.
macro_rules! promises {
    ($fixture:ty; $($topic:ident { $($promise:ident,)+ })+) => {
        $(mod $topic {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                use crate::store_contract::{$topic, fixture::StoreFixture};
                $topic::$promise(<$fixture>::fresh().await).await;
            })+
        })+
    };
}

macro_rules! store_contract {
    ($store:ident, $fixture:ty) => {
        mod $store {
            promises! { $fixture;
                writes {
                    a_write_is_kept_whole,
                    a_refused_write_leaves_no_trace,
                    a_task_is_created_once_and_only_then_added_to,
                    racing_writers_lose_nothing,
                    what_was_acknowledged_survives_a_crash,
                    a_task_is_found_by_its_pull_requests,
                    a_task_is_found_by_the_heads_of_its_pull_requests,
                    a_task_is_found_by_its_issue_whatever_the_case_of_its_repository,
                }
                causes {
                    a_key_creates_one_task_per_user,
                    a_key_writes_once_per_user_and_task,
                    a_delivery_writes_once_per_task,
                    of_racing_repetitions_one_is_kept,
                    causes_survive_a_crash,
                }
                feed {
                    every_change_is_told_once_and_in_order,
                    what_is_refused_is_not_told,
                    what_is_told_can_be_read,
                    the_feed_is_taken_once_and_ends_when_the_store_is_closed,
                    a_reader_that_left_holds_nobody_up,
                }
                snapshots {
                    a_task_is_read_as_of_one_moment,
                    a_dashboard_contains_the_changes_up_to_its_position_and_no_others,
                    events_are_read_in_parts,
                }
                progress {
                    the_latest_progress_is_shown_and_told,
                    a_change_of_status_clears_the_progress,
                }
                lists {
                    a_list_holds_what_is_asked_for,
                    words_are_found_as_they_are_in_any_case,
                    pages_have_no_hole_and_no_double,
                    a_list_goes_on_where_it_ended_though_tasks_have_come_and_moved,
                    an_empty_store_has_nothing_to_count,
                }
                audience {
                    lists_and_counts_show_exactly_what_one_may_see,
                }
                leases {
                    a_task_is_leased_to_one_at_a_time,
                    a_lease_runs_out_by_the_clock,
                    a_renewed_lease_lasts_from_then_on,
                    a_released_task_rests_and_then_waits_behind_the_others,
                    only_a_task_with_work_is_claimed,
                    a_write_under_a_lost_lease_is_refused,
                    leases_are_nobody_elses_business,
                    an_attempt_is_handed_on_until_it_is_cleared,
                    an_attempt_ends_when_the_issue_is_recorded,
                    an_attempt_begins_at_the_version_that_is_posted,
                    an_attempt_survives_a_crash,
                }
                duties {
                    of_all_who_want_a_duty_one_has_it,
                    a_duty_moves_when_its_holder_stops_coming,
                    a_duty_given_back_is_free_at_once,
                    duties_are_told_apart,
                }
                transfer {
                    a_task_is_carried_there_and_back_unchanged,
                    what_caused_an_entry_is_known_where_the_task_is_carried,
                    a_task_with_an_attempt_is_looked_up_where_it_is_carried,
                    a_page_goes_on_after_the_last_and_ends,
                    a_carried_task_lives_on,
                    a_task_that_is_here_already_is_not_written_again,
                    a_task_with_another_past_is_refused,
                    a_key_that_created_another_task_here_is_refused,
                    of_racing_imports_of_one_task_one_is_new,
                    an_import_is_told_as_a_gap,
                }
            }
        }
    };
}

store_contract!(sqlite, crate::store_contract::fixture::SqliteFixture);
store_contract!(mongodb, crate::store_contract::fixture::MongoFixture);

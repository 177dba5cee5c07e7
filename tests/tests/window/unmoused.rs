//! Journeys once more, by the keyboard alone: whatever the mouse clicks is reached by Tab and the arrow keys.

use crate::typist;

macro_rules! once_more {
    ($($module:ident::$journey:ident),+ $(,)?) => {
        $(#[test]
        fn $journey() {
            typist::alone(crate::$module::$journey);
        })+
    };
}

once_more! {
    account::what_the_key_does_not_open_the_sign_in_does,
    account::a_second_factor_is_asked_for,
    account::what_the_account_owns_is_activated_at_once,
    bundles::a_failed_activation_is_found_in_a_bundle,
    cancel::at_each_step_it_is_said_what_has_left,
    cancel::a_lost_file_is_fetched_again_or_its_seat_given_back,
    computers::the_computers_of_a_license,
    computers::a_full_license_is_activated_in_the_place_of_another_computer,
    everything::everything_is_deactivated_at_once,
    first_run::from_the_first_start_to_the_bytes_that_were_sent,
    giving::a_license_is_given_away,
    giving::a_message_is_written_and_nothing_is_sent,
    offline::without_a_network_the_library_is_as_it_was,
    policy::what_differs_waits_for_the_users_word_and_for_its_day,
    policy::a_page_is_kept_as_linked_data,
    record::bytes_are_erased_and_a_broken_record_is_named,
    record::a_search_finds_what_the_list_shows,
    refusals::what_the_vendor_says_of_a_key,
    registering::a_product_is_registered_and_activated,
    sunset::what_a_vendor_leaves_behind_is_kept_by_a_yes,
    trying::a_product_is_tried,
    unfinished::a_seat_that_is_gone_is_taken_again,
    usage::usage_is_shared_seen_sent_and_erased,
}

"""What the sandbox plays, how sure each fact is, and which test holds it.

The marks and sections are those of the wire facts in ``upstream.md``.
"""

from typing import NamedTuple

MARKS = {
    "D": "documented",
    "F": "seen in a recorded answer",
    "C": "inferred from client code",
    "T": "stated in an issue thread or help page",
    "U": "unknown; both variants by a switch where it matters to a client",
}


class Fact(NamedTuple):
    """One row of the table."""

    mark: str
    source: str
    statement: str
    test: str
    """Test module without its prefix ``test_sandbox_``, and test function, as ``module::function``."""


# fmt: off
FACTS = (
    # Services and definitions
    Fact("F", "1.2", "service_code is an integer, organization names the department.", "services::test_service_codes_are_integers_beside_their_department"),
    Fact("F", "1.2", "description, keywords and group may be null; metadata is a boolean.", "services::test_descriptive_keys_may_be_null"),
    Fact("F", "1.2", "The aggregate service list needs lat and long.", "services::test_aggregate_list_needs_a_point"),
    Fact("F", "1.2", "Several departments answer for one point.", "services::test_several_departments_answer_for_one_point"),
    Fact("T", "1.2", "Where nobody is responsible a lone generic service is listed.", "services::test_a_lone_generic_service_answers_elsewhere"),
    Fact("C", "1.1", "An organization's endpoint lists all its services and no others.", "services::test_an_organization_lists_its_own_services"),
    Fact("D", "4", "An unknown organization or service is a 404.", "services::test_unknown_organizations_and_services_are_not_found"),
    Fact("C", "1.3", "Attribute codes are integers; service_name and answer_kept_private are there.", "services::test_definition_has_seeclickfix_keys"),
    Fact("C", "1.3", "variable false marks a text that is only shown.", "services::test_notes_are_not_variable"),
    Fact("C", "1.3", "Keys of values differ from their names, and the key is posted.", "posting::test_choices_are_posted_by_key"),
    Fact("D", "4", "All six datatypes are asked.", "services::test_all_datatypes_are_asked"),
    # Posting
    Fact("C", "1.5", "A report is form-urlencoded, or multipart with a file part media.", "posting::test_a_photo_comes_in_the_same_post"),
    Fact("C", "1.5", "An empty file part counts as no photo.", "posting::test_an_empty_file_part_is_no_photo"),
    Fact("C", "1.5", "Success is 200 and a list of one with an integer number.", "posting::test_success_is_a_list_of_one"),
    Fact("U", "1.5", "Success may be 201, an object with id, or a body without a number.", "posting::test_other_kinds_of_success"),
    Fact("C", "1.5", "description must not be empty.", "posting::test_description_is_required"),
    Fact("D", "4", "description has at most 4000 characters.", "posting::test_description_is_bounded"),
    Fact("D", "4", "A missing service_code or place is a 400 in the standard's list shape.", "posting::test_standard_refusals_are_lists"),
    Fact("C", "1.5", "A place outside the organization is refused under base.", "posting::test_a_place_outside_is_refused"),
    Fact("C", "1.5", "Same type, text, hour and 30 m is refused under duplicate.", "posting::test_the_same_again_is_a_duplicate"),
    Fact("U", "6", "Refused attributes are named under base, or under their codes.", "posting::test_attributes_are_held_against_the_definition"),
    Fact("D", "4", "A report for an unknown service is a 404.", "posting::test_unknown_service_is_not_found"),
    Fact("U", "1.5", "An api_key may be required; a bad one is a 403.", "posting::test_api_key_may_be_required"),
    Fact("U", "1.5", "Name and e-mail may be required.", "posting::test_contact_may_be_required"),
    Fact("U", "1.5", "A private report is answered with a number that nobody can read.", "privacy::test_private_reports_have_a_number_and_are_nowhere"),
    Fact("U", "1.5", "A moderated report is answered with its number, or with 202 and none.", "privacy::test_moderated_reports_wait_for_release"),
    Fact("C", "1.3", "Answers kept private are never shown.", "privacy::test_private_answers_are_not_shown"),
    Fact("D", "2.2", "Pictures are PNG, JPEG or GIF of at most 20 MB.", "posting::test_only_pictures_are_photos"),
    Fact("D", "4", "A batch service answers a token that is exchanged for the number later.", "tokens::test_a_token_becomes_a_number"),
    Fact("C", "4.1 17", "Until then the token's answer has no number, is empty, or is a 404.", "tokens::test_a_token_waits_in_three_ways"),
    # Lists
    Fact("T", "1.4", "lat and long ask for a box 750 m wide and high.", "lists::test_a_point_asks_for_a_box_of_750_m"),
    Fact("T", "1.4", "service_request_id cancels all other filters.", "lists::test_numbers_cancel_other_filters"),
    Fact("D", "4", "service_code is a comma list.", "lists::test_service_codes_filter"),
    Fact("T", "1.4", "status open leaves out what is closed or archived.", "lists::test_status_filters"),
    Fact("D", "2.4", "An issue is archived 7 days after closing; Open311 still calls it closed.", "lists::test_archived_after_seven_days"),
    Fact("C", "1.4", "start_date and end_date bound the time of the report; a year is no problem.", "lists::test_dates_bound_the_list"),
    Fact("C", "1.4", "Pages count from 1, and the list ends with an empty one.", "lists::test_pages_end_with_an_empty_one"),
    Fact("U", "1.4", "page_size, per_page, or both set the page's length.", "lists::test_page_length_has_two_names"),
    Fact("C", "1.4", "Lists are newest first.", "lists::test_newest_first"),
    Fact("C", "1.4", "organization_id narrows the aggregate list.", "lists::test_organizations_are_kept_apart"),
    Fact("F", "2.1", "All times carry the US-Eastern offset, summer and winter.", "lists::test_times_are_eastern"),
    Fact("C", "1.4", "One report is a list of one; an unknown number is a 404.", "lists::test_one_report_is_a_list_of_one"),
    Fact("U", "6", "A new report may show in lists later.", "lists::test_lists_may_lag"),
    Fact("D", "4", "extensions=true adds the answers.", "lists::test_extensions_show_the_answers"),
    # Signing in
    Fact("D", "2.5", "A code, asked for with state, becomes a token at /oauth/token.", "oauth_flow::test_a_code_becomes_a_token"),
    Fact("D", "2.5", "response_type=token answers in the fragment.", "oauth_flow::test_implicit_answers_in_the_fragment"),
    Fact("D", "2.5", "state comes back unchanged.", "oauth_flow::test_state_comes_back_unchanged"),
    Fact("U", "2.5", "A person who cancels sends the app access_denied.", "oauth_flow::test_cancel_is_access_denied"),
    Fact("D", "2.5", "Apps and their callbacks are registered; no other address is redirected to.", "oauth_flow::test_a_wrong_client_or_address_is_never_redirected"),
    Fact("U", "6", "A callback on loopback may have any port.", "oauth_flow::test_loopback_has_any_port_and_a_site_its_own_address"),
    Fact("U", "2.5", "PKCE with S256 is demanded.", "oauth_flow::test_pkce_with_s256_is_demanded"),
    Fact("U", "2.5", "Apps with a secret may do without PKCE.", "oauth_flow::test_a_switch_exempts_confidential_clients_from_pkce"),
    Fact("U", "2.5", "There is one scope, public.", "oauth_flow::test_other_requests_are_refused_in_the_standard_s_words"),
    Fact("U", "2.5", "The answer may name its issuer.", "oauth_flow::test_the_issuer_may_be_named"),
    Fact("U", "2.1", "Signing in does not count in the rate limit.", "oauth_flow::test_oauth_and_pages_do_not_count"),
    Fact("C", "2.5", "/oauth/logout ends the session, not the tokens.", "oauth_flow::test_signing_out_ends_the_session_with_the_city"),
    Fact("U", "2.5", "A code is bound to its app, address and verifier.", "oauth_refusals::test_a_code_is_bound_to_what_it_was_asked_with"),
    Fact("U", "2.5", "A code lives for 60 seconds.", "oauth_refusals::test_a_code_ends_after_60_seconds"),
    Fact("U", "2.5", "A code works once; using it again revokes what it gave.", "oauth_refusals::test_a_replayed_code_revokes_what_it_gave"),
    Fact("C", "2.5", "Access tokens are short-lived; expires_in says how long.", "oauth_refusals::test_a_token_has_its_life"),
    Fact("U", "2.5", "Refresh tokens rotate.", "oauth_refusals::test_refresh_tokens_rotate"),
    Fact("U", "2.5", "A refresh token used twice ends all tokens of its consent.", "oauth_refusals::test_a_reused_refresh_token_ends_the_family"),
    Fact("U", "2.5", "Refresh tokens, expires_in and scope may be missing.", "oauth_refusals::test_answers_may_lack_what_is_optional"),
    Fact("U", "2.5", "Tokens can be revoked; either ends the pair.", "oauth_refusals::test_revocation_ends_the_grant"),
    # Everywhere
    Fact("D", "4", "Everything is to be had as JSON and as XML.", "schemas::test_every_call_speaks_xml"),
    Fact("D", "4", "Bodies follow the published schemas but for integer codes and numbers.", "schemas::test_bodies_follow_the_published_schemas"),
    Fact("U", "1.1", "Discovery names the endpoint that was asked.", "schemas::test_discovery_names_this_endpoint"),
    Fact("D", "2.1", "An unchanged answer is a 304.", "guard::test_unchanged_answers_are_304"),
    Fact("D", "2.1", "A call without User-Agent is refused.", "guard::test_user_agent_is_required"),
    Fact("D", "2.1", "20 requests a minute, then 429 with Retry-After.", "guard::test_twenty_requests_a_minute"),
    Fact("T", "2.1", "Callers are told apart by address and User-Agent.", "guard::test_callers_are_counted_apart"),
    Fact("D", "2.1", "General errors have message and documentation_url.", "guard::test_general_errors_have_a_message"),
)
# fmt: on

"""What the connector was built around: how Moodle itself answers, on the sandbox and on a real one.

An upgrade that changes one of these shows here, before it changes what the adapter does.
"""

from __future__ import annotations

from typing import Any

from connectors.moodle.protocol import UNKNOWN_RECORD
from tests.connectors.moodle.stage import OwnCourse, Stage

UNKNOWN = 2147483647
FIELD = "core_user_get_users_by_field"


def _code(answer: Any) -> str | None:
    return answer.get("errorcode") if isinstance(answer, dict) else None


def _usernames(answer: Any) -> set[str]:
    return {user["username"] for user in answer}


# --- the protocol ----------------------------------------------------------------------------


def test_an_unknown_key_is_refused_without_a_reason(stage: Stage) -> None:
    answer = stage.ask(FIELD, field="id", values=["2"], more="1")
    assert _code(answer) == "invalidparameter"


def test_an_unknown_function_is_an_unknown_record(stage: Stage) -> None:
    assert _code(stage.ask("core_bestaat_niet")) in UNKNOWN_RECORD


def test_a_wrong_token_is_an_error_with_status_200(stage: Stage) -> None:
    answer = stage.ask("core_webservice_get_site_info", wstoken="0" * 32)
    assert _code(answer) == "invalidtoken"


# --- accounts --------------------------------------------------------------------------------


def test_one_id_number_may_be_on_two_accounts_and_one_address_may_not(stage: Stage) -> None:
    first = stage.person()
    second = stage.person(idnumber=first.username.upper())
    found = stage.do(FIELD, field="idnumber", values=[first.username.upper()])
    assert _usernames(found) == {first.username, second.username}
    refused = stage.ask("core_user_create_users", users=[stage.account(email=first.email)])
    assert _code(refused) == "invalidparameter"


def test_an_id_number_is_found_in_any_case(stage: Stage) -> None:
    person = stage.person()
    found = stage.do(FIELD, field="idnumber", values=[person.username.lower()])
    assert _usernames(found) == {person.username}


def test_a_text_that_is_no_username_refuses_the_whole_question(stage: Stage) -> None:
    person = stage.person()
    answer = stage.ask(FIELD, field="username", values=[person.username, "geen naam"])
    assert _code(answer) == "invalidparameter"


def test_accounts_are_made_all_or_none(stage: Stage) -> None:
    taken, good = stage.person(), stage.account()
    refused = stage.ask("core_user_create_users", users=[good, stage.account(email=taken.email)])
    assert _code(refused) == "invalidparameter"
    assert stage.do(FIELD, field="username", values=[good["username"]]) == []


def test_accounts_are_changed_one_by_one_and_the_bad_rows_are_warnings(stage: Stage) -> None:
    person = stage.person()
    rows = [{"id": UNKNOWN, "firstname": "X"}, {"id": person.user_id, "firstname": "Anders"}]
    answer = stage.ask("core_user_update_users", users=rows)
    assert [(w["itemid"], w["warningcode"]) for w in answer["warnings"]] == [
        (UNKNOWN, "invaliduserid")
    ]
    (shown,) = stage.do(FIELD, field="id", values=[person.user_id])
    assert shown["firstname"] == "Anders"


def test_an_unknown_profile_field_is_dropped_without_a_word(stage: Stage) -> None:
    person = stage.person()
    more = [{"type": "bestaatniet", "value": "x"}]
    stage.do("core_user_update_users", users=[{"id": person.user_id, "customfields": more}])
    (shown,) = stage.do(FIELD, field="id", values=[person.user_id])
    assert "bestaatniet" not in {field["shortname"] for field in shown.get("customfields", [])}


def test_a_deleted_account_is_still_given_by_id_scrambled(stage: Stage) -> None:
    person = stage.person()
    stage.do("core_user_delete_users", userids=[person.user_id])
    (shown,) = stage.do(FIELD, field="id", values=[person.user_id])
    assert shown["username"].startswith(f"{person.email}.")
    assert not shown.get("idnumber")


# --- courses ---------------------------------------------------------------------------------


def _facts(stage: Stage, course: OwnCourse) -> dict[str, Any]:
    answer = stage.do("core_course_get_courses_by_field", field="id", value=course.course_id)
    return {field["shortname"]: field["valueraw"] for field in answer["courses"][0]["customfields"]}


def test_a_menu_takes_any_number_and_no_label(stage: Stage) -> None:
    course = stage.course(facts={"grondslag": "9"})
    assert int(_facts(stage, course)["grondslag"]) == 9
    _write(stage, course, "grondslag", "wettelijk")
    # Refused by Moodle 4.5; read as no number by 5.0, which is no option.
    assert int(_facts(stage, course)["grondslag"]) in (9, 0)


def test_a_number_takes_no_comma(stage: Stage) -> None:
    course = stage.course(facts={"kosten_eur": "12.5"})
    _write(stage, course, "kosten_eur", "12,75")
    # Refused by Moodle 4.5; 5.0 keeps what stands before the comma.
    assert float(_facts(stage, course)["kosten_eur"]) in (12.5, 12)


def test_an_unknown_course_field_is_dropped_without_a_word(stage: Stage) -> None:
    course = stage.course(facts={"bestaatniet": "1", "leeruren": "8"})
    facts = _facts(stage, course)
    assert "bestaatniet" not in facts
    assert float(facts["leeruren"]) == 8


def _write(stage: Stage, course: OwnCourse, shortname: str, value: str) -> None:
    row = {"id": course.course_id, "customfields": [{"shortname": shortname, "value": value}]}
    answer = stage.ask("core_course_update_courses", courses=[row])
    codes = [warning["warningcode"] for warning in answer["warnings"]]
    assert codes in (["invalidpersistenterror"], [])


def test_one_unknown_id_hides_all_courses_behind_an_error_without_a_code(stage: Stage) -> None:
    ids = f"{stage.course().course_id},{UNKNOWN}"
    answer = stage.ask("core_course_get_courses_by_field", field="ids", value=ids)
    assert (answer["exception"], _code(answer)) == ("Error", None)


# --- enrolments ------------------------------------------------------------------------------

PARTICIPANTS = "core_enrol_get_enrolled_users"


def _listed(stage: Stage, course: OwnCourse, option: str | None = None) -> set[str]:
    options = {"options": [{"name": option, "value": "1"}]} if option else {}
    return _usernames(stage.do(PARTICIPANTS, courseid=course.course_id, **options))


def test_the_suspended_are_listed_unless_asked_otherwise_and_told_apart_only_so(
    stage: Stage,
) -> None:
    course, active, held = stage.course(), stage.person(), stage.person()
    stage.enrol(active, course)
    stage.enrol(held, course, suspend=1)
    assert _listed(stage, course) == {active.username, held.username}
    assert _listed(stage, course, "onlyactive") == {active.username}
    assert _listed(stage, course, "onlysuspended") == {held.username}


def test_the_courses_of_someone_are_those_in_which_he_is_active(stage: Stage) -> None:
    person, open_, held, later = stage.person(), stage.course(), stage.course(), stage.course()
    stage.enrol(person, open_)
    stage.enrol(person, held, suspend=1)
    stage.enrol(person, later, timestart=3786912000)
    courses = stage.do("core_enrol_get_users_courses", userid=person.user_id)
    assert {course["idnumber"] for course in courses} == {open_.idnumber}


def test_a_repeat_without_suspend_releases(stage: Stage) -> None:
    course, person = stage.course(), stage.person()
    stage.enrol(person, course, suspend=1)
    stage.enrol(person, course)
    assert _listed(stage, course, "onlysuspended") == set()


def test_enrolments_are_made_all_or_none(stage: Stage) -> None:
    course, person = stage.course(), stage.person()
    row = {"roleid": 5, "courseid": course.course_id}
    rows = [row | {"userid": person.user_id}, row | {"userid": UNKNOWN}]
    refusal = _code(stage.ask("enrol_manual_enrol_users", enrolments=rows))
    assert refusal in {"invaliduser"} | UNKNOWN_RECORD
    assert _listed(stage, course) == set()


def test_an_enrolment_that_is_gone_is_an_invalid_request(stage: Stage) -> None:
    answer = stage.ask("core_enrol_unenrol_user_enrolment", ueid=UNKNOWN)
    assert answer["result"] is False
    assert [error["key"] for error in answer["errors"]] == ["invalidrequest"]


# --- cohorts and messages --------------------------------------------------------------------


def test_a_taken_cohort_number_is_refused_without_a_reason(stage: Stage) -> None:
    idnumber = stage.idnumber_of_cohort()
    kind = {"type": "system", "value": ""}
    row = {"categorytype": kind, "name": "Proef", "idnumber": idnumber}
    stage.do("core_cohort_create_cohorts", cohorts=[row])
    again = stage.ask("core_cohort_create_cohorts", cohorts=[row])
    assert _code(again) == "invalidparameter"


def test_one_unknown_recipient_is_an_error_of_the_batch_or_a_row_and_the_other_is_sent(
    stage: Stage,
) -> None:
    person = stage.person()
    rows = [{"touserid": person.user_id, "text": "Een"}, {"touserid": UNKNOWN, "text": "Twee"}]
    answer = stage.ask("core_message_send_instant_messages", messages=rows)
    if isinstance(answer, dict):
        assert "exception" in answer
    else:
        assert [row["msgid"] > 0 for row in answer] == [True, False]


# --- the request form ------------------------------------------------------------------------


def test_an_entry_without_what_is_required_is_refused_in_silence(stage_with_form: Stage) -> None:
    database = stage_with_form.target.database_id
    fields = stage_with_form.do("mod_data_get_fields", databaseid=database)["fields"]
    number = next(field["id"] for field in fields if field["name"] == "Motivatie")
    data = [{"fieldid": number, "subfield": "", "value": '"Nodig."'}]
    answer = stage_with_form.do("mod_data_add_entry", databaseid=database, data=data)
    assert answer["newentryid"] == 0
    missing = {one["fieldname"] for one in answer["fieldnotifications"]}
    assert {"Opleiding", "Grondslag", "Leeruren", "Kosten"} <= missing

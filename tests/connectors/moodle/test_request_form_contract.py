"""What the adapter may count on of the request form."""

from __future__ import annotations

from tests.connectors.moodle.stage import Stage

ENTERED = {
    "Opleiding": "Wondzorg – 's avonds & > 2 dagen",
    "Grondslag": "functiegebonden",
    "Leeruren": "24,5",
    "Kosten": "1250,50",
    "Startdatum": "31-01-2027",
    "Bewijs": "https://opleider.example.org/wondzorg?id=7&x=1",
}
UNKNOWN = "2147483647"


def test_an_entry_is_read_as_it_was_written(stage_with_form: Stage) -> None:
    number, lms = stage_with_form.entry(**ENTERED), stage_with_form.lms()
    assert lms.has_request_form()
    (mark,) = (mark for mark in lms.request_entries() if mark.entry_id == number)
    entry = lms.request_entry(number)
    assert entry is not None
    assert (entry.entered_at, entry.modified_at) == (mark.entered_at, mark.modified_at)
    assert entry.author_id == lms.service_user_id()
    assert dict(entry.values) == {
        "title": ENTERED["Opleiding"],
        "ground": "functiegebonden",
        "hours": "24,5",
        "fee": "1250,50",
        "starts_on": "31-01-2027",
        "evidence": ENTERED["Bewijs"],
    }
    assert (entry.status, entry.decision) == ("", "")


def test_moodle_throws_away_tags_and_what_is_no_address(stage_with_form: Stage) -> None:
    texts = {"Opleiding": "Excel <b>plus</b> tot <5 dagen", "Motivatie": "a < b > c & d"}
    titles = []
    for address in ("geen adres", "opleider.example.org/x"):
        number = stage_with_form.entry(**{**ENTERED, **texts, "Bewijs": address})
        entry = stage_with_form.lms().request_entry(number)
        assert entry is not None
        titles.append((entry.values["title"], entry.values.get("evidence")))
        assert entry.values["motivation"] == "a < b > c & d"
    assert titles == [
        ("Excel plus tot", None),
        ("Excel plus tot", "http://opleider.example.org/x"),
    ]


def test_an_answer_is_shown_beside_what_was_asked_and_may_be_repeated(
    stage_with_form: Stage,
) -> None:
    number, other = stage_with_form.entry(**ENTERED), stage_with_form.entry(**ENTERED)
    lms = stage_with_form.lms()
    before = lms.request_entry(number)
    assert before is not None
    for _ in range(2):
        assert lms.answer_request_entry(
            number, "Toegekend", "Akkoord: tot <4 dagen & meer", final=False
        )
    after, untouched = lms.request_entry(number), lms.request_entry(other)
    assert after is not None
    assert untouched is not None
    assert (after.status, after.decision) == ("Toegekend", "Akkoord: tot ‹4 dagen & meer")
    assert after.values == before.values
    assert (untouched.status, untouched.decision) == ("", "")


def test_an_entry_that_is_gone_is_none_and_takes_no_answer(stage_with_form: Stage) -> None:
    number, lms = stage_with_form.entry(**ENTERED), stage_with_form.lms()
    stage_with_form.remove_entry(number)
    for gone in (number, UNKNOWN):
        assert lms.request_entry(gone) is None
        assert not lms.answer_request_entry(gone, "Toegekend", "", final=True)
    assert number not in {mark.entry_id for mark in lms.request_entries()}

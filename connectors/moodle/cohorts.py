"""Site cohorts: who may enrol himself where self enrolment is restricted to a cohort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.errors import Permanent, Transient, about
from connectors.moodle.batches import LANES
from connectors.moodle.client import EVERY_WARNING, MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.error_codes import code_of
from connectors.moodle.lanes import lanes
from connectors.moodle.models import COHORT_MEMBERS, COHORTS, NOTHING, Warned
from connectors.ports import CohortChange, CohortWriting

_Membership = tuple[int, str]
"""A cohort's own id, and an account."""

ALREADY_A_MEMBER = frozenset({"3"})
UNKNOWN = "2"
"""The warning about a cohort or an account that does not exist."""


class Cohorts:
    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config

    def ensure(self, names: Mapping[str, str]) -> None:
        there = self._ids()
        _, refused = self._create_all(
            {one: name for one, name in names.items() if one not in there}
        )
        for error in refused.values():
            raise error

    def write(self, changes: Sequence[CohortChange]) -> CohortWriting:
        """Cohorts are looked up once, for all. Rows of several cohorts share a request, and two
        requests go at a time. Raises `Transient` when the LMS stops answering."""
        ids = self._ids()
        new = {one.idnumber: one.name for one in changes if one.joins and one.idnumber not in ids}
        made, not_made = self._create_all(new)
        ids |= made
        words = [
            *self._sent(self._joined, _rows(ids, ((one.idnumber, one.joins) for one in changes))),
            *self._sent(self._left, _rows(ids, ((one.idnumber, one.leaves) for one in changes))),
        ]
        # Good rows are kept beside a bad one, so what is there is read and not assumed.
        members = self._members_of(ids, [one.idnumber for one in changes])
        said = "; ".join(dict.fromkeys(word for word in words if word)) or "Moodle gives no reason"
        wrong = [
            one.idnumber
            for one in changes
            if one.joins - members[one.idnumber] or one.leaves & members[one.idnumber]
        ]
        refused = {one: str(not_made[one]) if one in not_made else said for one in wrong}
        return CohortWriting(members, refused)

    def _sent(
        self, send: Callable[[Sequence[_Membership]], str], rows: Sequence[_Membership]
    ) -> list[str]:
        size = self._config.batch_size
        batches = [rows[begin : begin + size] for begin in range(0, len(rows), size)]
        with lanes(LANES, "cohort") as calls:
            return list(calls.map(send, batches))

    def _joined(self, rows: Sequence[_Membership]) -> str:
        """What the LMS says of rows that it did not take."""
        members = [
            {
                "cohorttype": {"type": "id", "value": str(cohort_id)},
                "usertype": {"type": "id", "value": user_id},
            }
            for cohort_id, user_id in rows
        ]
        try:
            answer = self._client.call(
                "core_cohort_add_cohort_members",
                {"members": members},
                Warned,
                repeatable=True,
                allowed_warnings=EVERY_WARNING,
            )
        except Permanent as error:
            return str(error)
        refused = [w for w in answer.warnings if w.warningcode not in ALREADY_A_MEMBER]
        return "; ".join(f"Moodle refuses it ({code_of(one.warningcode)})" for one in refused)

    def _left(self, rows: Sequence[_Membership]) -> str:
        members = [{"cohortid": cohort_id, "userid": user_id} for cohort_id, user_id in rows]
        try:
            self._client.call(
                "core_cohort_delete_cohort_members", {"members": members}, NOTHING, repeatable=True
            )
        except Permanent as error:
            return str(error)
        return ""

    def _create_all(self, names: Mapping[str, str]) -> tuple[dict[str, int], dict[str, Permanent]]:
        """All or nothing for a batch of which somebody else made one meanwhile, or one is refused;
        then one by one. Gives the ids of those that are there now, and why others are refused."""
        made: dict[str, int] = {}
        refused: dict[str, Permanent] = {}
        for batch in self._batches(list(names)):
            try:
                answer = self._client.call(
                    "core_cohort_create_cohorts",
                    {"cohorts": [_cohort(idnumber, names[idnumber]) for idnumber in batch]},
                    COHORTS,
                    repeatable=False,
                )
                made |= {cohort.idnumber: cohort.id for cohort in answer if cohort.idnumber}
            except (Permanent, Transient):
                refused |= self._create_each({idnumber: names[idnumber] for idnumber in batch})
                made |= self._ids()
        return made, refused

    def _create_each(self, names: Mapping[str, str]) -> dict[str, Permanent]:
        there = self._ids()
        refused: dict[str, Permanent] = {}
        for idnumber in names.keys() - there.keys():
            try:
                self._create(idnumber, names[idnumber])
            except Permanent as error:
                refused[idnumber] = error
        return refused

    def _create(self, idnumber: str, name: str) -> None:
        cohort = _cohort(idnumber, name)
        try:
            self._client.call(
                "core_cohort_create_cohorts", {"cohorts": [cohort]}, COHORTS, repeatable=False
            )
        except (Permanent, Transient):
            # A taken ID number is `invalidparameter`, a lost race or answer says nothing: look.
            if idnumber not in self._ids():
                raise

    def members(self, idnumbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """By cohort; one that does not exist has none."""
        return self._members_of(self._ids(), idnumbers)

    def _members_of(
        self, ids: Mapping[str, int], idnumbers: Sequence[str]
    ) -> dict[str, frozenset[str]]:
        wanted = {ids[idnumber]: idnumber for idnumber in idnumbers if idnumber in ids}
        found: dict[str, frozenset[str]] = dict.fromkeys(idnumbers, frozenset())
        for batch in self._batches([str(number) for number in wanted]):
            answer = self._client.call(
                "core_cohort_get_cohort_members",
                {"cohortids": batch},
                COHORT_MEMBERS,
                repeatable=True,
            )
            for cohort in answer:
                found[wanted[cohort.cohortid]] = frozenset(map(str, cohort.userids))
        return found

    def add(self, idnumber: str, name: str, user_ids: Sequence[str]) -> None:
        """The cohort is made when it turns out not to exist: mostly it does, and looking first
        would double the calls. Raises `Permanent` for an account that does not exist."""
        try:
            self._add(idnumber, user_ids)
        except Permanent as error:
            if error.code != UNKNOWN or idnumber in self._ids():
                raise
            self._create(idnumber, name)
            self._add(idnumber, user_ids)

    def _add(self, idnumber: str, user_ids: Sequence[str]) -> None:
        for batch in self._batches(user_ids):
            rows = [
                {
                    "cohorttype": {"type": "idnumber", "value": idnumber},
                    "usertype": {"type": "id", "value": user_id},
                }
                for user_id in batch
            ]
            with about(f"account {', '.join(batch)} into cohort {idnumber}"):
                self._client.call(
                    "core_cohort_add_cohort_members",
                    {"members": rows},
                    Warned,
                    repeatable=True,
                    allowed_warnings=ALREADY_A_MEMBER,
                )

    def remove(self, idnumber: str, user_ids: Sequence[str]) -> None:
        cohort_id = self._ids().get(idnumber)
        if cohort_id is None:
            return
        for batch in self._batches(user_ids):
            rows = [{"cohortid": cohort_id, "userid": user_id} for user_id in batch]
            self._client.call(
                "core_cohort_delete_cohort_members", {"members": rows}, NOTHING, repeatable=True
            )

    def _batches(self, user_ids: Sequence[str]) -> Iterator[Sequence[str]]:
        distinct = list(dict.fromkeys(user_ids))
        size = self._config.batch_size
        return (distinct[i : i + size] for i in range(0, len(distinct), size))

    def _ids(self) -> dict[str, int]:
        """All cohorts are read: the search function matches parts of names and stops at 25."""
        cohorts = self._client.call("core_cohort_get_cohorts", {}, COHORTS, repeatable=True)
        return {cohort.idnumber: cohort.id for cohort in cohorts if cohort.idnumber}


def _cohort(idnumber: str, name: str) -> dict[str, Any]:
    return {
        "categorytype": {"type": "system", "value": ""},
        "name": name,
        "idnumber": idnumber,
        "visible": False,
    }


def _rows(ids: Mapping[str, int], users: Iterable[tuple[str, frozenset[str]]]) -> list[_Membership]:
    """Of cohorts that exist: nobody is a member of another."""
    return [
        (ids[idnumber], user_id)
        for idnumber, user_ids in users
        if idnumber in ids
        for user_id in sorted(user_ids)
    ]

"""Site cohorts: who may enrol himself where self enrolment is restricted to a cohort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.errors import Permanent, Transient
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import COHORT_MEMBERS, COHORTS, NOTHING, Warned

ALREADY_A_MEMBER = frozenset({"3"})
UNKNOWN = "2"
"""The warning about a cohort or an account that does not exist."""


class Cohorts:
    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config

    def ensure(self, names: Mapping[str, str]) -> None:
        there = self._ids()
        for idnumber, name in names.items():
            if idnumber not in there:
                self._create(idnumber, name)

    def _create(self, idnumber: str, name: str) -> None:
        cohort = {
            "categorytype": {"type": "system", "value": ""},
            "name": name,
            "idnumber": idnumber,
            "visible": False,
        }
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
        ids = self._ids()
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

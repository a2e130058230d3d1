"""Site cohorts: who may enrol himself where self enrolment is restricted to a cohort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.errors import Permanent, Transient
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import COHORT_MEMBERS, COHORTS, NOTHING, Warned

ALREADY_A_MEMBER = frozenset({"3"})


class Cohorts:
    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config

    def ensure(self, idnumber: str, name: str) -> None:
        if self._id_of(idnumber) is None:
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
            if self._id_of(idnumber) is None:
                raise

    def members(self, idnumber: str) -> frozenset[str]:
        cohort_id = self._id_of(idnumber)
        if cohort_id is None:
            return frozenset()
        answer = self._client.call(
            "core_cohort_get_cohort_members",
            {"cohortids": [cohort_id]},
            COHORT_MEMBERS,
            repeatable=True,
        )
        return frozenset(str(user_id) for cohort in answer for user_id in cohort.userids)

    def add(self, idnumber: str, user_ids: Sequence[str]) -> None:
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
        cohort_id = self._id_of(idnumber)
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

    def _id_of(self, idnumber: str) -> int | None:
        """All cohorts are read: the search function matches parts of names and stops at 25."""
        cohorts = self._client.call("core_cohort_get_cohorts", {}, COHORTS, repeatable=True)
        return next((cohort.id for cohort in cohorts if cohort.idnumber == idnumber), None)

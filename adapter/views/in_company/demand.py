"""Several requests for one training, and what a session of it costs (Visie §4, §5). Without names
of people and without what their training costs: the knowledge broker organises (P10)."""

from __future__ import annotations

from dataclasses import dataclass

from adapter.ground.store.tables.tranches import InCompanyPriceRow
from adapter.register.courses import course_names
from adapter.subjects.requests.acts import Act
from adapter.subjects.tranches.capacity import waiting_requests
from adapter.subjects.tranches.overlap import bundles
from adapter.subjects.tranches.prices import list_prices, newest_prices
from policy.bundling import Bundle


@dataclass(frozen=True, slots=True)
class Overlap:
    """`training_id` is a course's ID number or a trajectory; `name` is the same where nobody knows
    another."""

    training_id: str
    name: str
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class RecordedPrice:
    name: str
    row: InCompanyPriceRow


def overlaps(act: Act) -> list[Overlap]:
    found = bundles(waiting_requests(act), newest_prices(act))
    names = course_names(act.connection, found)
    return [Overlap(one, names.get(one, one), bundle) for one, bundle in found.items()]


def recorded_prices(act: Act) -> list[RecordedPrice]:
    """The newest of each training, which counts."""
    newest = {row.training_id: row for row in list_prices(act)}
    names = course_names(act.connection, newest)
    priced = [RecordedPrice(names.get(one, one), row) for one, row in newest.items()]
    return sorted(priced, key=lambda one: one.name)

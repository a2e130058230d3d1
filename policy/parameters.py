"""The numbers of the policy with the date from which each is in force.

`Policy` is the whole dated set. It can be written down and rebuilt (`to_plain`, `from_plain`),
since an old decision must stay recomputable with the numbers that it was made with.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from policy.dated_value import Assumption, DatedValue
from policy.errors import InvalidParameter
from policy.model import Regime, Rule, Severity
from policy.money import euros
from policy.parameter_list import SPECS, attribute
from policy.tranche_rules import TrancheRule

_SEVERITIES = {Regime.ADVISE: Severity.ADVISE, Regime.ENFORCE: Severity.BLOCK}


@dataclass(frozen=True, slots=True)
class Weights:
    """How heavily each rule weighs where it is broken; None while it is off and says nothing."""

    grant: Severity | None
    hours: Severity | None
    agreement: Severity | None
    in_company: Severity | None
    employment: Severity | None
    course_facts: Severity | None


# Without slots, so that what follows from the values is worked out once per date of effect.
@dataclass(frozen=True)
class Parameters:
    """The values in force on one day. Hours are Decimal, `_cents` eurocents, shares percentages.

    `in_force_from` is the date of effect that they come from. How the text is read is in
    `Policy.values` only, for the reports, as long as the rules carry out one reading; a parameter
    with two of them stands here, since a stored set keeps its own.
    """

    in_force_from: date
    regime_general: Regime
    regime_grant: Regime | None
    regime_hours: Regime | None
    regime_agreement: Regime | None
    regime_in_company: Regime | None
    regime_employment: Regime | None
    regime_course_facts: Regime | None
    tranche_periods: tuple[TrancheRule, ...]
    tranche_first: tuple[int, int]
    hold_set_aside_days: int
    grant_exempt_hours: Decimal
    hours_norm: Decimal
    hours_near_percent: int
    hours_counted_from_year: int
    hours_exemptions: str
    hours_statutory: str
    agreement_threshold_cents: int
    agreement_considerable_hours: Decimal
    agreement_agreed_costs: str
    repayment_full_months: int
    repayment_end_months: int
    repayment_share_not_started: int
    repayment_share_not_completed: int
    repayment_share_first_period: int
    repayment_share_second_period: int
    repayment_share_after: int
    weighing_weights: tuple[int, ...]
    weighing_highest_score: int
    weighing_departures: str
    reporting_period_months: int

    def regime(self, rule: Rule) -> Regime:
        """The regime of one rule: its own where the policy sets one, else the general one."""
        own: Regime | None = getattr(self, f"regime_{rule}")
        return self.regime_general if own is None else own

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        """Of every rule, in the order of `Rule`."""
        return tuple(self.regime(rule) for rule in Rule)

    @cached_property
    def weights(self) -> Weights:
        """Of every rule, by its regime."""
        return Weights(**{rule.value: _SEVERITIES.get(self.regime(rule)) for rule in Rule})

    @cached_property
    def agreement_threshold_euros(self) -> str:
        return euros(self.agreement_threshold_cents)

    @cached_property
    def enforces(self) -> bool:
        """Whether any rule holds enrolments on the day of these parameters, once adopted."""
        return Regime.ENFORCE in self.regimes

    @cached_property
    def until_adoption(self) -> Parameters:
        """The same numbers, with advice wherever a rule would enforce (Visie §9.1, §10)."""
        names = ("regime_general", *(f"regime_{rule}" for rule in Rule))
        enforced = {name for name in names if getattr(self, name) is Regime.ENFORCE}
        softened: dict[str, Any] = dict.fromkeys(enforced, Regime.ADVISE)
        return replace(self, **softened)

    def switched_off(self) -> Parameters:
        """The same numbers with no rule in force, for days before the policy (P1)."""
        own: dict[str, Any] = {f"regime_{rule}": None for rule in Rule}
        return replace(self, regime_general=Regime.OFF, **own)


@dataclass(frozen=True)
class Policy:
    """All dated values, complete from the first date on; an incomplete or contradictory set raises
    `InvalidParameter`. `adopted_on` is unknown (None) until HR fills it in (A1). `editions` are the
    parameters per date of effect, oldest first."""

    values: tuple[DatedValue, ...]
    adopted_on: date | None = None
    editions: tuple[Parameters, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.values, key=lambda value: (value.valid_from, value.name)))
        object.__setattr__(self, "values", ordered)
        if not ordered:
            raise InvalidParameter("policy", "there are no values at all")
        # Reads every value now, so that a wrong one shows at the start.
        dates = sorted({value.valid_from for value in ordered})
        object.__setattr__(self, "editions", tuple(_parameters_on(day, ordered) for day in dates))

    @property
    def starts_on(self) -> date:
        """The first date of effect; before it no rule applies."""
        return self.values[0].valid_from

    @cached_property
    def _dates(self) -> list[date]:
        return [edition.in_force_from for edition in self.editions]

    @cached_property
    def _before(self) -> Parameters:
        return self.editions[0].switched_off()

    def on(self, day: date) -> Parameters:
        """The values in force on a day. Before the first date of effect the numbers are the first
        ones and every regime is off (P1)."""
        position = bisect_right(self._dates, day)
        return self.editions[position - 1] if position else self._before

    def on_new_year(self, year: int) -> Parameters:
        """The values in force on 1 January, looked up once for each year."""
        known = self._on_new_years.get(year)
        if known is None:
            known = self._on_new_years[year] = self.on(date(year, 1, 1))
        return known

    @cached_property
    def _on_new_years(self) -> dict[int, Parameters]:
        return {}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form of the whole set, 64 hexadecimal digits."""
        canonical = json.dumps(
            self.to_plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def version(self) -> str:
        """Newest date of effect and the start of the digest: `2027-01-01-3f2a9c1b0d4e`."""
        return f"{self._dates[-1].isoformat()}-{self.digest[:12]}"

    def values_on(self, day: date) -> tuple[DatedValue, ...]:
        """The values in force on a day with their sources, by name; empty before the policy."""
        latest = {value.name: value for value in self.values if value.valid_from <= day}
        return tuple(latest[name] for name in sorted(latest))

    @property
    def absent(self) -> tuple[str, ...]:
        """Parameters that came later than the set: on its first day `Spec.before` holds."""
        there = {value.name for value in self.values if value.valid_from == self.starts_on}
        later = (name for name, spec in SPECS.items() if spec.before is not None)
        return tuple(name for name in later if name not in there)

    def assumptions(self) -> tuple[Assumption, ...]:
        """Every value with status assumed, in the order A1, A2 …, and the unknown adoption date."""
        assumed = [
            Assumption(v.assumption, v.name, v.value, v.unit, v.clause, v.valid_from)
            for v in self.values
            if v.assumption is not None
        ]
        if self.adopted_on is None:
            assumed.append(
                Assumption("A1", "adopted_on", None, "date", "Visie §10", self.starts_on)
            )
        return tuple(sorted(assumed, key=lambda a: (int(a.assumption[1:]), a.name, a.valid_from)))

    def to_plain(self) -> dict[str, Any]:
        """The whole set as JSON can hold it; the same set always gives the same structure."""
        return {
            "adopted_on": self.adopted_on.isoformat() if self.adopted_on else None,
            "values": [value.to_plain() for value in self.values],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Policy:
        """The set that `to_plain` wrote down; raises `InvalidParameter` where it no longer can."""
        adopted_on = plain["adopted_on"]
        return cls(
            values=tuple(DatedValue.from_plain(entry) for entry in plain["values"]),
            adopted_on=date.fromisoformat(adopted_on) if adopted_on else None,
        )


def read_value(name: str, value: object, valid_from: date | None) -> object:
    """The typed value of a parameter; raises `InvalidParameter` for an unknown name or value."""
    spec = SPECS.get(name)
    if spec is None:
        raise InvalidParameter(name, "no parameter has this name", valid_from)
    try:
        return spec.read(value)
    except ValueError as error:
        raise InvalidParameter(name, str(error), valid_from) from error


def _parameters_on(day: date, values: Iterable[DatedValue]) -> Parameters:
    latest = {value.name: value for value in values if value.valid_from <= day}
    typed: dict[str, Any] = {}
    for name, spec in SPECS.items():
        if name not in latest and not spec.may_be_absent:
            raise InvalidParameter(name, f"has no value on {day.isoformat()}")
        plain = latest[name].value if name in latest else spec.before
        typed[attribute(name)] = (
            None if plain is None else read_value(name, plain, _dated(name, latest))
        )
    unknown = latest.keys() - SPECS.keys()
    if unknown:
        name = min(unknown)
        raise InvalidParameter(name, "no parameter has this name", latest[name].valid_from)
    fields = Parameters.__dataclass_fields__.keys()
    parameters = Parameters(
        in_force_from=day, **{name: value for name, value in typed.items() if name in fields}
    )
    _refuse_contradictions(parameters, latest)
    return parameters


def _refuse_contradictions(found: Parameters, latest: Mapping[str, DatedValue]) -> None:
    """Two values that are each possible but not together."""
    if found.repayment_full_months >= found.repayment_end_months:
        raise InvalidParameter(
            "repayment.end_months",
            "must be more than repayment.full_months",
            _dated("repayment.end_months", latest),
        )
    shares = (
        ("repayment.share_second_period", found.repayment_share_first_period),
        ("repayment.share_after", found.repayment_share_second_period),
    )
    for name, highest in shares:
        if getattr(found, attribute(name)) > highest:
            raise InvalidParameter(
                name, "must not be more than the share before it", _dated(name, latest)
            )
    numbers = [rule.number for rule in found.tranche_periods]
    if found.tranche_first[1] not in numbers:
        raise InvalidParameter(
            "tranche.first",
            "is not one of tranche.periods",
            _dated("tranche.first", latest),
        )


def _dated(name: str, latest: Mapping[str, DatedValue]) -> date | None:
    """From when a value holds; None for one that the set does not have."""
    return latest[name].valid_from if name in latest else None

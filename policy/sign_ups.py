"""In-company sign-ups: which steps there are, and who gets a place (Visie §5, §7, P7).

A sign-up needs the manager's consent, and then a place within the session's capacity and within
what the manager set beforehand as available of the team. Who has to wait moves up in the order of
sign-up. The machine gives places; absence and what follows from it are for people (A8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SignUpState(StrEnum):
    SIGNED_UP = "signed_up"
    """Waits for the manager's consent."""
    REFUSED = "refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    WAITING = "waiting"
    """The manager consents, and there is no place yet."""
    PLACED = "placed"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    EXCUSED = "excused"
    """Absent with a valid reason."""
    NO_SHOW = "no_show"
    """Absent without a valid reason."""


class SignUpStep(StrEnum):
    """What a person can do with a sign-up."""

    CONSENT = "consent"
    REFUSE = "refuse"
    WITHDRAW_CONSENT = "withdraw_consent"
    CANCEL = "cancel"
    ATTEND = "attend"
    EXCUSE = "excuse"
    NO_SHOW = "no_show"


_OPEN = (SignUpState.SIGNED_UP, SignUpState.WAITING, SignUpState.PLACED)
_AFTER = (
    SignUpState.PLACED,
    SignUpState.ATTENDED,
    SignUpState.EXCUSED,
    SignUpState.NO_SHOW,
)

STEPS: Mapping[SignUpStep, tuple[frozenset[SignUpState], SignUpState]] = {
    SignUpStep.CONSENT: (
        frozenset({SignUpState.SIGNED_UP, SignUpState.REFUSED, SignUpState.CONSENT_WITHDRAWN}),
        SignUpState.WAITING,
    ),
    SignUpStep.REFUSE: (frozenset({SignUpState.SIGNED_UP}), SignUpState.REFUSED),
    SignUpStep.WITHDRAW_CONSENT: (
        frozenset({SignUpState.WAITING, SignUpState.PLACED}),
        SignUpState.CONSENT_WITHDRAWN,
    ),
    SignUpStep.CANCEL: (frozenset(_OPEN), SignUpState.CANCELLED),
    # What was recorded by mistake is recorded again, so a recorded absence or presence can change.
    SignUpStep.ATTEND: (frozenset(_AFTER), SignUpState.ATTENDED),
    SignUpStep.EXCUSE: (frozenset(_AFTER), SignUpState.EXCUSED),
    SignUpStep.NO_SHOW: (frozenset(_AFTER), SignUpState.NO_SHOW),
}
"""From which states a step can be taken, and where it leads. Consent leads to the waiting list,
which gives the place at once when one is free."""

CONSENTED = frozenset(
    {
        SignUpState.WAITING,
        SignUpState.PLACED,
        SignUpState.ATTENDED,
        SignUpState.EXCUSED,
        SignUpState.NO_SHOW,
    }
)
"""The manager's consent holds."""
HAS_PLACE = frozenset(_AFTER)
"""A place was given; what happened on the day does not take it back."""
ABSENT = frozenset({SignUpState.EXCUSED, SignUpState.NO_SHOW})


class IllegalStep(ValueError):
    """A sign-up in this state has no such step; `allowed` names the states that can follow."""

    def __init__(self, state: SignUpState, wanted: SignUpStep) -> None:
        self.state = state
        self.wanted = wanted
        self.allowed = following(state)
        super().__init__(f"{wanted} is no step from {state}; {', '.join(self.allowed) or 'none'}")


def following(state: SignUpState) -> tuple[SignUpState, ...]:
    """The states that a person's step can lead to; consent may give the place at once."""
    reached = {to for froms, to in STEPS.values() if state in froms and to is not state}
    if SignUpState.WAITING in reached:
        reached.add(SignUpState.PLACED)
    return tuple(one for one in SignUpState if one in reached)


def step(state: SignUpState, wanted: SignUpStep) -> SignUpState:
    """The state after the step; raises `IllegalStep`, also for recording the same again."""
    froms, to = STEPS[wanted]
    if state not in froms or state is to:
        raise IllegalStep(state, wanted)
    return to


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's sign-up. `team` is whoever sets the availability of that person's team: the
    manager; None for an employee without one."""

    sign_up_id: str
    team: str | None
    state: SignUpState


def moving_up(
    sign_ups: Sequence[SignUp], capacity: int, availability: Mapping[str, int]
) -> tuple[str, ...]:
    """Who of the waiting list gets a place now: ids, in order. `sign_ups` are in order of sign-up.

    `availability` is the most that a team can miss at once; a team that set nothing has no limit.
    Someone whose team is full lets the next one pass and keeps the own position.
    """
    placed = [one.team for one in sign_ups if one.state in HAS_PLACE]
    free, teams = capacity - len(placed), Counter(placed)
    moved: list[str] = []
    for one in sign_ups:
        if free <= 0:
            break
        full = one.team is not None and teams[one.team] >= availability.get(one.team, capacity)
        if one.state is SignUpState.WAITING and not full:
            moved.append(one.sign_up_id)
            teams[one.team] += 1
            free -= 1
    return tuple(moved)

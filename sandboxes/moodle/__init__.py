"""A small Moodle that speaks the recorded protocol on loopback, for the demo and the tests."""

from sandboxes.moodle.faults import Fault, Switches
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import (
    Activity,
    Cohort,
    Course,
    Enrolment,
    State,
    User,
)

__all__ = [
    "Activity",
    "Cohort",
    "Course",
    "Enrolment",
    "Fault",
    "SandboxMoodle",
    "State",
    "Switches",
    "User",
]

"""A small Moodle that speaks the recorded protocol on loopback, for the demo and the tests."""

from connectors.moodle.sandbox.faults import Fault, Switches
from connectors.moodle.sandbox.server import SandboxMoodle
from connectors.moodle.sandbox.state import Activity, Cohort, Course, Enrolment, State, User

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

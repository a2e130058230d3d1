"""What `doctor` looks at in Moodle: a file per subject, in the order of docs/moodle.md."""

from connectors.moodle.checks.run import Checks
from connectors.moodle.checks.service import ACCOUNT_FUNCTIONS, CHECK_FUNCTIONS, FUNCTIONS
from connectors.moodle.checks.site import Parts

__all__ = ["ACCOUNT_FUNCTIONS", "CHECK_FUNCTIONS", "FUNCTIONS", "Checks", "Parts"]

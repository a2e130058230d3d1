"""A platform of LTI 1.3, as Moodle 4.5.6 and 5.0.6 were recorded."""

from sandboxes.lti.server import SandboxLti

__all__ = ["SandboxLti"]

"""A small identity provider of OpenID Connect."""

from sandboxes.openid.server import SandboxOpenid

__all__ = ["SandboxOpenid"]

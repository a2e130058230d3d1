"""Where SCIM answers, for who need not load its models."""

BASE = "/scim/v2"

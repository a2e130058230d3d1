"""Mails that go once a period: how much there is to look at, a link, and nothing of anybody."""

"""A finished run, and a Hub to push it to."""

from tests.released import finished, hub  # noqa: F401

"""Payload: what predict sends to a service, and what becomes of its answers."""

from pyhelpers.payload.job import work

__all__ = ["work"]

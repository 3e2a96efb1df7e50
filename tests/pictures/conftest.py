"""The runs made by hand that the domain's tests use."""

from tests.domain.conftest import ran

__all__ = ["ran"]

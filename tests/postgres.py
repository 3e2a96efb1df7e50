"""The PostgreSQL of the tests is that of the measurements, which stands in `bench.postgres`."""

from bench.postgres import Postgres, a_postgres

__all__ = ["Postgres", "a_postgres"]

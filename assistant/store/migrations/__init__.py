"""Alembic's environment, run only by `assistant.store.schema`."""

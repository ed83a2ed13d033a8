"""When access was ended, so that a browser can be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    with op.batch_alter_table("token") as table:
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM token WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("token") as table:
        table.drop_column("ended_at")

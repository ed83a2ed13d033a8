"""The history: reports, and the findings called wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grade", sa.String(1)),
        sa.Column("score", sa.Integer),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("report_json", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_report_created_at", "report", ["created_at"])
    op.create_index("ix_report_name", "report", ["name"])
    op.create_table(
        "wrong_mark",
        sa.Column(
            "report_id",
            sa.String(32),
            sa.ForeignKey("report.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("rule_id", sa.String(100), primary_key=True),
        sa.Column("comment", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("wrong_mark")
    op.drop_table("report")

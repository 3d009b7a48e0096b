"""Watch the time of cases: what units were told of it, and where it stands still

Revision: 0018, after 0017
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
COLUMNS = {"watch_at": TIME(), "watched_due_at": TIME(), "paused_at": TIME(), "paused_for": TEXT()}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("cases", sa.Column(name, kind, nullable=True))
    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", TIME(), nullable=False),
        sa.Column("stage", TEXT(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("unit", TEXT(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('three_quarters', 'last_day', 'overdue', 'escalated')", name="stage_is_known"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["unit"], ["units.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "due_at", "stage", "step", "unit", name="one_reminder_a_stage"),
    )
    op.create_index("reminders_of_run", "reminders", ["unit", "at"])


def downgrade() -> None:
    op.drop_table("reminders")
    for name in COLUMNS:
        op.drop_column("cases", name)

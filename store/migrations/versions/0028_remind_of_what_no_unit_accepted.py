"""Remind units of cases they have not accepted, and gather the mails of those that wish it

Revision: 0028, after 0027

Indexes are built beside the running desk; what was broken off is built anew.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
CASES = {"acceptance_at": TIME(), "acceptance_unit": TEXT()}
UNITS = {
    "rhythm": (TEXT(), "at_once"),
    "digest_hour": (sa.Integer(), "8"),
    "asks_acceptance": (sa.Boolean(), "true"),
}
NOT_ACCEPTED = (
    "state IN ('assigned', 'reopened') AND accepted_at IS NULL AND paused_at IS NULL"
    " AND confidentiality <> 'restricted' AND unit <> 'beyaz-masa'"
)
INDEXES = {
    "cases_to_be_accepted": (["id"], f"{NOT_ACCEPTED} AND acceptance_unit IS DISTINCT FROM unit"),
    "cases_unaccepted": (["acceptance_at", "id"], f"{NOT_ACCEPTED} AND acceptance_at IS NOT NULL"),
}
STAGES = "'three_quarters', 'last_day', 'overdue', 'escalated'"


def upgrade() -> None:
    # What was done before a break is found done: building indexes beside the desk ends the transaction.
    for name, kind in CASES.items():
        op.add_column("cases", sa.Column(name, kind, nullable=True), if_not_exists=True)
    for name, (kind, value) in UNITS.items():
        column = sa.Column(name, kind, nullable=False, server_default=sa.text(f"'{value}'"))
        op.add_column("units", column, if_not_exists=True)
        op.alter_column("units", name, server_default=None)
    op.execute(
        "ALTER TABLE units DROP CONSTRAINT IF EXISTS rhythm_is_known,"
        " ADD CONSTRAINT rhythm_is_known CHECK (rhythm IN ('at_once', 'hourly', 'daily'))"
    )
    with op.get_context().autocommit_block():
        _allow(STAGES.replace("'last_day'", "'last_day', 'unaccepted'"))
        for name, (columns, where) in INDEXES.items():
            op.drop_index(name, "cases", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name, "cases", columns, postgresql_where=sa.text(where), postgresql_concurrently=True
            )


def downgrade() -> None:
    """What units were told of cases they had not accepted is forgotten."""
    op.execute("DELETE FROM reminders WHERE stage = 'unaccepted'")
    _allow(STAGES)
    op.drop_constraint("rhythm_is_known", "units")
    for name in UNITS:
        op.drop_column("units", name)
    for name in CASES:
        op.drop_column("cases", name)


def _allow(stages: str) -> None:
    # The lock that shuts everybody out is held for an instant, since rows that are there are not looked at.
    op.execute(
        "ALTER TABLE reminders DROP CONSTRAINT IF EXISTS stage_is_known,"
        f" ADD CONSTRAINT stage_is_known CHECK (stage IN ({stages})) NOT VALID"
    )
    op.execute("ALTER TABLE reminders VALIDATE CONSTRAINT stage_is_known")

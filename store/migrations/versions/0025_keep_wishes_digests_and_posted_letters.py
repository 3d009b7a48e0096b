"""Keep what people wish of notices, which left with which, and when letters were posted

Revision: 0025, after 0024

Indexes are built beside the running desk; what was broken off is built anew.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
WISHES = {
    "preferred_medium": TEXT(),
    "quiet_from": sa.Integer(),
    "quiet_until": sa.Integer(),
    "declined": ARRAY(sa.Text()),
}
CARRIED = "notifications_carried_by_fkey"
INDEXES = {
    "notifications_waiting_for": ("recipient", "state = 'owed'"),
    "notifications_carried": ("carried_by", "carried_by IS NOT NULL"),
    "letters_to_post": ("sent_at", "medium = 'letter' AND state = 'sent' AND posted_at IS NULL"),
}


def upgrade() -> None:
    # What was done before a break is found done: building indexes beside the desk ends the transaction.
    for table, name, kind in _columns():
        op.add_column(table, sa.Column(name, kind, nullable=True), if_not_exists=True)
    op.execute(f"ALTER TABLE notifications DROP CONSTRAINT IF EXISTS {CARRIED}")
    op.create_foreign_key(
        CARRIED,
        "notifications",
        "notifications",
        ["carried_by"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE notifications VALIDATE CONSTRAINT {CARRIED}")
        for name, (column, where) in INDEXES.items():
            op.drop_index(name, "notifications", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name, "notifications", [column], postgresql_where=sa.text(where), postgresql_concurrently=True
            )


def downgrade() -> None:
    for table, name, _ in _columns():
        op.drop_column(table, name)


def _columns() -> list[tuple[str, str, sa.types.TypeEngine[object]]]:
    return [
        *(("contacts", name, kind) for name, kind in WISHES.items()),
        ("notifications", "carried_by", sa.BigInteger()),
        ("notifications", "posted_at", TIME()),
    ]

"""Find the cases whose time runs out without looking at the others

Revision: 0019, after 0018

The indexes are built beside the running desk; one that was broken off is built anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

RUNS = "state NOT IN ('resolved', 'rejected') AND paused_at IS NULL"
FOR_48_HOURS = (
    "forwarded_notice_at IS NULL AND state = 'assigned' AND kind <> 'thanks' AND paused_at IS NULL"
    " AND unit <> 'beyaz-masa'"
)
INDEXES = {
    "cases_to_be_watched": (["id"], f"{RUNS} AND watched_due_at IS DISTINCT FROM due_at"),
    "cases_watched": (["watch_at", "id"], f"{RUNS} AND watch_at IS NOT NULL"),
    "cases_paused": (["paused_at"], "paused_at IS NOT NULL"),
    "cases_for_48_hours": (["opened_at"], FOR_48_HOURS),
}
BEFORE = "forwarded_notice_at IS NULL AND state = 'assigned'"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, (columns, condition) in INDEXES.items():
            _build(name, columns, condition)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.drop_index(name, "cases", if_exists=True, postgresql_concurrently=True)
        _build("cases_for_48_hours", ["opened_at"], BEFORE)


def _build(name: str, columns: list[str], condition: str) -> None:
    op.drop_index(name, "cases", if_exists=True, postgresql_concurrently=True)
    op.create_index(name, "cases", columns, postgresql_where=sa.text(condition), postgresql_concurrently=True)

"""Find the reminders that reached no unit

Revision: 0022, after 0021

The index is built beside the running desk; one that was broken off is built anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LOST = "state = 'failed' AND case_id IS NULL AND template = 'unit_deadlines'"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("reminders_lost", "notifications", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "reminders_lost",
            "notifications",
            ["due_at"],
            postgresql_where=sa.text(LOST),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("reminders_lost", "notifications", if_exists=True, postgresql_concurrently=True)

"""Find messages without a case by the time they came, so that those whose time is over can go

Revision: 0031, after 0030

Small: nearly every message has a case. It is built beside the running desk; one that was broken off is built
anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NAME = "messages_without_case"
WHICH = "state = 'done' AND case_id IS NULL AND raw_sha256 <> ''"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, "messages", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            NAME,
            "messages",
            ["received_at"],
            postgresql_where=sa.text(WHICH),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, "messages", if_exists=True, postgresql_concurrently=True)

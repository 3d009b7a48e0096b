"""Find what refers to a content, and so whether it may be removed

Revision: 0029, after 0028

Hash indexes: only equality is asked for, and they cost the least to keep. They are built beside the running
desk; one that was broken off is built anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INDEXES = (
    ("messages_by_original", "messages", "raw_sha256", None),
    ("attachments_by_content", "attachments", "sha256", "sha256 IS NOT NULL"),
    ("attachments_withheld", "attachments", "withheld_sha256", "withheld_sha256 IS NOT NULL"),
    ("parts_by_original", "message_parts", "raw_sha256", None),
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, table, column, where in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                [column],
                postgresql_using="hash",
                postgresql_where=sa.text(where) if where else None,
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name, table, _, _ in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)

"""Let a content be doomed by no erasure of its own: it came again after the one that let go of it

Revision: 0030, after 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("doomed_blobs", "erasure_id", nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM doomed_blobs WHERE erasure_id IS NULL")
    op.alter_column("doomed_blobs", "erasure_id", nullable=False)

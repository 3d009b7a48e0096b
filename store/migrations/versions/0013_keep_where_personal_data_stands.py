"""Keep where personal data stands in a message

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for all that is there: nobody has looked yet, so whoever shows such a text looks then.
    op.add_column("messages", sa.Column("personal_spans", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "personal_spans")

"""Keep what units said of their cases: that they took them, and that they asked for more time

Revision: 0020, after 0019
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = ("accepted_at", "extended_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("cases", sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("cases", name)

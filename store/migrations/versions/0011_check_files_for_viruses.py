"""Check files for viruses

Revision: 0011, after 0010
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("scan", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column(
        "attachments", sa.Column("withheld_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.create_check_constraint("scan_is_known", "attachments", "scan IN ('clean', 'infected', 'unscanned')")


def downgrade() -> None:
    op.drop_constraint("scan_is_known", "attachments")
    op.drop_column("attachments", "withheld_sha256")
    op.drop_column("attachments", "scan")

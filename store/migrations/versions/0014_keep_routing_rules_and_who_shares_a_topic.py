"""Keep routing rules, who shares a topic, and answers that name the right institution

Revision: 0014, after 0013
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
LISTS = ("topics", "districts", "neighbourhoods", "place_kinds", "channels", "kinds")


def _texts(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")


def upgrade() -> None:
    op.create_table(
        "routing_rules",
        sa.Column("code", TEXT(), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("precedence", sa.Integer(), nullable=False),
        sa.Column("unit", TEXT(), nullable=True),
        *map(_texts, LISTS),
        sa.Column("raise_to", TEXT(), nullable=True),
        sa.Column("confidentiality", TEXT(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    # The defaults fill the rows there are, and those of a program that does not know the columns yet.
    op.add_column("units", sa.Column("capacity", sa.Integer(), nullable=False, server_default="100"))
    op.add_column("topics", _texts("units"))
    op.add_column("topics", sa.Column("answer", TEXT(), nullable=True))
    op.add_column("topics", sa.Column("contact", TEXT(), nullable=True))


def downgrade() -> None:
    for name in ("contact", "answer", "units"):
        op.drop_column("topics", name)
    op.drop_column("units", "capacity")
    op.drop_table("routing_rules")

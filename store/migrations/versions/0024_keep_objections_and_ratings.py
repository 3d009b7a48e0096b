"""Keep when a citizen objected to an answer, and how they found the service

Revision: 0024, after 0023
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("cases", sa.Column("objected_at", TIME(), nullable=True))
    op.create_table(
        "ratings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", TIME(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", TEXT(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score_is_known"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "closed_at", name="one_rating_a_closing"),
    )
    op.create_index("ratings_by_closing", "ratings", ["closed_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_column("cases", "objected_at")

"""Link cases that speak of the same thing

Revision: 0006, after 0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("kind IN ('duplicate', 'same_incident', 'related')", name="kind_is_known"),
        sa.CheckConstraint("state IN ('offered', 'accepted', 'dismissed')", name="state_is_known"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "other_id", "kind", name="one_link_of_a_kind"),
    )
    op.create_index("links_to_case", "case_links", ["other_id"], unique=False)
    op.create_table(
        "case_marks",
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "seen_at", "case_id"),
    )
    op.create_index("marks_by_time", "case_marks", ["seen_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "case_words",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("exact", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index(op.f("ix_case_words_seen_at"), "case_words", ["seen_at"], unique=False)
    op.create_index(
        "cases_merged",
        "cases",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("cases_merged", "cases")
    op.drop_table("case_words")
    op.drop_table("case_marks")
    op.drop_table("case_links")

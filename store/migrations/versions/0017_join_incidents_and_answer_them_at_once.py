"""Join incidents and answer them at once

Revision: 0017, after 0016

Fingerprints are hints of a few days. Those there are lose their sketch, which costs a hint and no rewriting.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("finished_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "answers_of_incident",
        "answers",
        ["incident_id", "id"],
        postgresql_where=sa.text("incident_id IS NOT NULL"),
    )
    op.create_index("links_by_time", "case_links", ["created_at"], postgresql_using="brin")
    op.drop_column("case_words", "sketch")
    op.add_column("case_words", sa.Column("sketch", sa.LargeBinary(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("case_words", "sketch")
    op.add_column(
        "case_words", sa.Column("sketch", sa.ARRAY(sa.BigInteger()), nullable=False, server_default="{}")
    )
    op.drop_index("links_by_time", table_name="case_links")
    op.drop_table("answers")

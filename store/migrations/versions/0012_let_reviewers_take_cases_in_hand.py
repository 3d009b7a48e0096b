"""Let reviewers take cases in hand, keep what they decide, and what was set aside as no case

Revision: 0012, after 0011
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
JSON = postgresql.JSONB(astext_type=sa.Text())
RANK = "array_position(ARRAY['life_safety', 'high', 'normal', 'low'], CAST(priority AS text))"
NOT_A_CASE = "'spam', 'insult', 'politics', 'empty'"


def upgrade() -> None:
    op.add_column("cases", sa.Column("reviewer", TEXT(), nullable=True))
    op.add_column("cases", sa.Column("claimed_at", TIME(), nullable=True))
    op.add_column("cases", sa.Column("claimed_until", TIME(), nullable=True))
    op.create_index(
        "cases_to_review",
        "cases",
        [sa.text(RANK), "opened_at", "id"],
        postgresql_where=sa.text(
            "state = 'in_review' OR (needs_review AND state IN ('assigned', 'reopened'))"
        ),
    )
    op.drop_index("cases_in_review", table_name="cases")
    _reviews()
    _asides()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("reviewer", TEXT(), nullable=False),
        sa.Column("outcome", TEXT(), nullable=False),
        sa.Column("topic", TEXT(), nullable=True),
        sa.Column("kind", TEXT(), nullable=False),
        sa.Column("not_a_case", TEXT(), nullable=True),
        sa.Column("previous_topic", TEXT(), nullable=True),
        sa.Column("previous_kind", TEXT(), nullable=False),
        sa.Column("classifier", TEXT(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("withdrawn", JSON, nullable=False),
        sa.Column("undone_at", TIME(), nullable=True),
        sa.CheckConstraint("outcome IN ('confirmed', 'corrected')", name="outcome_is_known"),
        sa.CheckConstraint(f"not_a_case IN ({NOT_A_CASE})", name="not_a_case_is_known"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reviews_of_case", "reviews", ["case_id", "id"])
    op.create_index("reviews_by_reviewer", "reviews", ["reviewer", "id"])
    op.create_index("reviews_by_time", "reviews", ["at"])


def _asides() -> None:
    op.create_table(
        "asides",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("verdict", TEXT(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("classifier", TEXT(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("state", TEXT(), nullable=False),
        sa.Column("decided_by", TEXT(), nullable=True),
        sa.Column("decided_at", TIME(), nullable=True),
        sa.CheckConstraint(f"verdict IN ({NOT_A_CASE})", name="verdict_is_known"),
        sa.CheckConstraint("state IN ('waiting', 'kept', 'released')", name="state_is_known"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(
        "asides_waiting",
        "asides",
        ["verdict", "message_id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("asides")
    op.drop_table("reviews")
    op.create_index(
        "cases_in_review", "cases", ["opened_at"], postgresql_where=sa.text("state = 'in_review'")
    )
    op.drop_index("cases_to_review", table_name="cases")
    for name in ("claimed_until", "claimed_at", "reviewer"):
        op.drop_column("cases", name)

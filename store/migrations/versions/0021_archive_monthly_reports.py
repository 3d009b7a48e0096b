"""Archive monthly reports, once a month and unit

Revision: 0021, after 0020
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "monthly_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", TEXT(), nullable=True),
        sa.Column("counted_at", TIME(), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("pdf_sha256", TEXT(), nullable=True),
        sa.Column("xlsx_sha256", TEXT(), nullable=True),
        sa.Column("mailed_at", TIME(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["units.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_report_a_month",
        "monthly_reports",
        ["month", "unit"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "reports_to_be_set", "monthly_reports", ["id"], postgresql_where=sa.text("pdf_sha256 IS NULL")
    )
    op.create_index(
        "reports_to_be_mailed",
        "monthly_reports",
        ["month", "id"],
        postgresql_where=sa.text("mailed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("monthly_reports")

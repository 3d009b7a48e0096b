"""Keep trained models, and which of them decided when

Revision: 0016, after 0015
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "trained_models",
        sa.Column("version", TEXT(), nullable=False),
        sa.Column("created_at", TIME(), nullable=False),
        sa.Column("sha256", TEXT(), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("compared", JSON, nullable=False),
        sa.Column("trained_on", JSON, nullable=False),
        sa.Column("parent", TEXT(), nullable=False),
        sa.Column("trained_by", TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "model_activations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", TEXT(), nullable=True),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("activated_by", TEXT(), nullable=False),
        sa.Column("cause", TEXT(), nullable=False),
        sa.Column("returns_to", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("cause IN ('activated', 'forced', 'rolled_back')", name="cause_is_known"),
        sa.ForeignKeyConstraint(["version"], ["trained_models.version"]),
        sa.ForeignKeyConstraint(["returns_to"], ["model_activations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("model_activations")
    op.drop_table("trained_models")

"""Keep what operators do in the register of citizens, and until when cases are kept

Revision: 0027, after 0026

Indexes are built beside the running desk; what was broken off is built anew.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from domain.text import fold

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TEXT, TIME = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
COLUMNS = (
    ("citizens", "folded_name", TEXT()),
    ("citizens", "merged_into", sa.BigInteger()),
    ("citizens", "erased_at", TIME()),
    ("cases", "anonymised_at", TIME()),
    ("topics", "retention_days", sa.Integer()),
)
INDEXES = (
    ("citizens_merged", "citizens", ["merged_into"], "merged_into IS NOT NULL"),
    ("messages_by_sender", "messages", ["sender"], "sender IS NOT NULL"),
    (
        "cases_to_be_anonymised",
        "cases",
        ["topic", "closed_at"],
        "closed_at IS NOT NULL AND anonymised_at IS NULL",
    ),
)
MERGED_INTO = "citizens_merged_into_fkey"
TABLES = ("doomed_blobs", "erasures", "citizen_looks", "citizen_merges", "citizen_identities")
NAMED = sa.text(
    "SELECT id, name FROM citizens WHERE id > :after AND name IS NOT NULL AND folded_name IS NULL"
    " ORDER BY id LIMIT 5000"
)
FOLDED = sa.text(
    "UPDATE citizens SET folded_name = folded.name"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:names AS text[])) AS folded(id, name)"
    " WHERE citizens.id = folded.id"
)


def upgrade() -> None:
    # What was done before a break is found done: building indexes beside the desk ends the transaction.
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True), if_not_exists=True)
    op.execute(f"ALTER TABLE citizens DROP CONSTRAINT IF EXISTS {MERGED_INTO}")
    op.create_foreign_key(
        MERGED_INTO, "citizens", "citizens", ["merged_into"], ["id"], postgresql_not_valid=True
    )
    for table in TABLES:
        op.execute(f"DROP TABLE IF EXISTS {table}")
    _make_tables()
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE citizens VALIDATE CONSTRAINT {MERGED_INTO}")
        _fold_names()
        for name, table, columns, where in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name, table, columns, postgresql_where=sa.text(where), postgresql_concurrently=True
            )
        op.drop_index("citizens_by_name", "citizens", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "citizens_by_name",
            "citizens",
            [sa.text("to_tsvector('simple'::regconfig, folded_name)")],
            postgresql_using="gin",
            postgresql_where=sa.text("folded_name IS NOT NULL"),
            postgresql_concurrently=True,
        )


def _fold_names() -> None:
    after = 0
    while rows := op.get_bind().execute(NAMED, {"after": after}).all():
        given = {"ids": [row.id for row in rows], "names": [fold(row.name) for row in rows]}
        op.get_bind().execute(FOLDED, given)
        after = rows[-1].id


def _make_tables() -> None:
    op.create_table(
        "citizen_identities",
        sa.Column("citizen_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", TEXT(), nullable=False),
        sa.Column("blind_index", TEXT(), nullable=False),
        sa.Column("set_at", TIME(), nullable=False),
        sa.Column("set_by", TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"]),
        sa.PrimaryKeyConstraint("citizen_id"),
        sa.UniqueConstraint("blind_index"),
    )
    op.create_table(
        "citizen_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("actor", TEXT(), nullable=False),
        sa.Column("why", TEXT(), nullable=False),
        sa.Column("cases", JSONB(), nullable=False),
        sa.Column("contacts", JSONB(), nullable=False),
        sa.Column("name_given", sa.Boolean(), nullable=False),
        sa.Column("identity_given", sa.Boolean(), nullable=False),
        sa.Column("undone_at", TIME(), nullable=True),
        sa.Column("undone_by", TEXT(), nullable=True),
        sa.Column("undone_why", TEXT(), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["citizens.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["citizens.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("merges_of_kept", "citizen_merges", ["kept_id"])
    op.create_index(
        "one_merge_at_a_time",
        "citizen_merges",
        ["other_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "citizen_looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("actor", TEXT(), nullable=False),
        sa.Column("look", TEXT(), nullable=False),
        sa.Column("why", TEXT(), nullable=False),
        sa.Column("citizens", JSONB(), nullable=False),
        sa.CheckConstraint("look IN ('search', 'show', 'export')", name="look_is_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("looks_by_citizens", "citizen_looks", ["citizens"], postgresql_using="gin")
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("citizen_id", sa.BigInteger(), nullable=True),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("actor", TEXT(), nullable=False),
        sa.Column("why", TEXT(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("finished_at", TIME(), nullable=True),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("erasures_of_citizen", "erasures", ["citizen_id"])
    op.create_table(
        "doomed_blobs",
        sa.Column("sha256", TEXT(), nullable=False),
        sa.Column("erasure_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.id"]),
        sa.PrimaryKeyConstraint("sha256"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.get_context().autocommit_block():
        op.drop_index("messages_by_sender", "messages", if_exists=True, postgresql_concurrently=True)
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name, if_exists=True)

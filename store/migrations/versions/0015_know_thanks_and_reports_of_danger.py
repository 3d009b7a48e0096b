"""Know thanks and reports of danger as kinds of cases

Revision: 0015, after 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = "'complaint', 'request', 'suggestion', 'information'"


def upgrade() -> None:
    _allow(f"{BEFORE}, 'thanks', 'danger'")


def downgrade() -> None:
    """Cases of the two kinds become what they were called before there were these."""
    op.execute("UPDATE cases SET kind = 'suggestion' WHERE kind = 'thanks'")
    op.execute("UPDATE cases SET kind = 'complaint' WHERE kind = 'danger'")
    _allow(BEFORE)


def _allow(kinds: str) -> None:
    # The lock that shuts everybody out is held for an instant, since rows that are there are not looked at; the
    # look at them, in a transaction of its own, lets others read and write. Either step may be repeated.
    with op.get_context().autocommit_block():
        op.execute(
            "ALTER TABLE cases DROP CONSTRAINT IF EXISTS kind_is_known,"
            f" ADD CONSTRAINT kind_is_known CHECK (kind IN ({kinds})) NOT VALID"
        )
        op.execute("ALTER TABLE cases VALIDATE CONSTRAINT kind_is_known")

"""Changes of firms"""

import sqlalchemy as sa
from alembic import op

from models.change import create_changes, drop_changes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firm_change",
        sa.Column("firm_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", name=op.f("pk_firm_change")),
    )
    op.create_index(op.f("ix_firm_change_number"), "firm_change", ["number"], unique=False)
    create_changes(op.get_bind())


def downgrade() -> None:
    drop_changes(op.get_bind())
    op.drop_table("firm_change")

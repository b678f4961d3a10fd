"""Calls that are withdrawn, with the reason; rows and entries whose tax number is in doubt"""

import sqlalchemy as sa
from alembic import op

from services.tax_numbers import is_doubtful

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = "state IN ('draft', 'open', 'closed'{more})"


def upgrade() -> None:
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.alter_column("state", existing_type=sa.String(8), type_=sa.String(12), existing_nullable=False)
        batch_op.drop_constraint(op.f("ck_call_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_call_state"), STATES.format(more=", 'withdrawn'"))
    for table in ("import_row", "listed_firm"):
        op.add_column(table, sa.Column("is_doubtful", sa.Boolean(), server_default=sa.false(), nullable=False))
    _judge_entries(op.get_bind())


def _judge_entries(connection: sa.Connection) -> None:
    """Say of each entry of a list whether the check digits of its tax number fit."""
    listed = sa.table(
        "listed_firm", sa.column("id"), sa.column("country"), sa.column("tax_number_folded"), sa.column("is_doubtful")
    )
    last = 0
    while True:
        query = sa.select(listed.c.id, listed.c.tax_number_folded, listed.c.country).where(listed.c.id > last)
        found = connection.execute(query.order_by(listed.c.id).limit(1000)).all()
        if not found:
            return
        last = found[-1].id
        ids = [number for number, tax_number, country in found if is_doubtful(tax_number, country)]
        connection.execute(sa.update(listed).where(listed.c.id.in_(ids)).values(is_doubtful=True))


def downgrade() -> None:
    for table in ("listed_firm", "import_row"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("is_doubtful")
    call = sa.table("call", sa.column("state"))
    op.execute(sa.update(call).where(call.c.state == "withdrawn").values(state="closed"))
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_call_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_call_state"), STATES.format(more=""))
        batch_op.alter_column("state", existing_type=sa.String(12), type_=sa.String(8), existing_nullable=False)
        batch_op.drop_column("reason")

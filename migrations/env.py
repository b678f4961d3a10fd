"""How Alembic reaches the database: with the application's own engine."""

from alembic import context

from models import Base, make_engine


def include(obj, name, type_, reflected, compare_to):
    """Leave the full-text index out: models/search.py owns it."""
    return not (name or "").startswith("firm_search") and name not in (
        "search_vector",
        "ix_firm_search_vector",
    )


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_object=include,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    with make_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
        run(connection)
        connection.commit()

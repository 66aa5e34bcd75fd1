"""Copy every row from one database to another of the same revision, of whichever kind."""

from sqlalchemy import JSON, Connection, MetaData, Table, func, insert, select, text

from kite.models import Base, Lease, Viewer

ROWS_AT_ONCE = 1000
TRANSIENT = tuple(Base.metadata.tables[model.__tablename__] for model in (Lease, Viewer))
"""Tables whose rows are over after seconds."""

REVISIONS = "alembic_version"
"""Table in which the migrations keep the revision; it has its row already."""


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy the rows of all tables into empty ones, and the counters of their ids.

    The tables are read from the databases, not from the models: the revision may be an old one.
    """
    tables, same = _tables(source), {table.name: table for table in _tables(target)}
    left_out = {REVISIONS, *(table.name for table in TRANSIENT)}
    for table in tables:
        if table.name in left_out or table.name not in same:
            continue  # the database may be shared with another program
        found = source.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table))
        for part in found.mappings().partitions():
            target.execute(insert(same[table.name]), [dict(row) for row in part])
        if "id" in table.c and table.c.id.type.python_type is int:
            _set_counter(target, table.name, _counter(source, table))


def _tables(connection: Connection) -> list[Table]:
    """The tables, each after those it refers to."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.c:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # a missing value, not the JSON value null
    return metadata.sorted_tables


def _counter(connection: Connection, table: Table) -> int:
    """The last id that was given out: rows may be gone, and logs name their ids."""
    highest = connection.scalar(select(func.max(table.c.id))) or 0
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    else:
        query = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id'))")
    return max(highest, connection.scalar(query, {"table": table.name}) or 0)


def _set_counter(connection: Connection, table: str, last: int) -> None:
    if not last:
        return
    values = {"table": table, "last": last}
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), values)
    else:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"), values
        )

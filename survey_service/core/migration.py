"""Plain SQL inside Piccolo migrations, on either engine."""

from collections.abc import Sequence

from piccolo.engine.finder import engine_finder


async def run_statements(statements: Sequence[str], postgres_only: Sequence[str] = ()) -> None:
    """Runs `statements` on both engines and `postgres_only` on PostgreSQL, in the migration's transaction."""
    engine = engine_finder()
    assert engine is not None, "migrations need PICCOLO_CONF"
    for statement in statements:
        await engine.run_ddl(statement)
    if engine.engine_type == "postgres":
        for statement in postgres_only:
            await engine.run_ddl(statement)

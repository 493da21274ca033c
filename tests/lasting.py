"""Whether what was only found, and told to somebody, would survive the loss of a PostgreSQL primary."""

from survey_service.core import database


async def waits_for_a_replica(table: str) -> bool:
    """Whether a transaction after the one that wrote the only row of `table` locked it: a lock is written, so its end
    waits for a synchronous replica as an insertion does."""
    (row,) = await database.fetch(f"SELECT xmax::text AS locked FROM {table}")
    return bool(row["locked"] != "0")

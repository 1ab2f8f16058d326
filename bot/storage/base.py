"""The one collection of tables; constraint names are fixed so that migrations can speak of them."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""The type of ids that the database counts; SQLite counts plain integers only."""

key_canary = Table(
    "key_canary",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""One value sealed by the key ring: a process with other keys notices before it writes anything."""

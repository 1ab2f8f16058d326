"""The database: engine, transactions, column types, keys, migrations. Knows no topic."""

"""What the assistant remembers: one SQLite file, one `store.store.Store`, one module for each concern."""

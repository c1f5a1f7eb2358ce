"""What the documents say: texts, readers, parsers, the typed model and the lexicon."""

"""Finding and answering: chunks, embeddings, indexes, search, answers with citations, refusal."""

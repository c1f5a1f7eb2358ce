"""The tracer study: questionnaires, which question comes next, checks, exports and figures against the standards."""

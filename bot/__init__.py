"""The composition root: settings, application, command line."""

import os

# Before any numerical library is loaded: each thread that answers has a core of its own (see `index.embed.all_cores`).
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

"""How gunicorn serves the site; `make run` and `make serve` start it."""

from __future__ import annotations

import os
import threading

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WORKERS", "1"))
threads = int(os.environ.get("THREADS", "8"))
worker_class = "gthread"
control_socket_disable = True
graceful_timeout = 20
timeout = 60
errorlog = "-"


def post_worker_init(worker) -> None:
    """Compile and read, beside the first requests, what suggestions and the search for codes need."""
    from matching import warm_up
    from reference.search import search_hs

    def warm() -> None:
        warm_up()
        extensions = worker.wsgi.extensions
        with extensions["sessions"]["read"]() as db:
            extensions["suggester"].firms.current(db)
        search_hs("a")

    threading.Thread(target=warm, name="warm-up", daemon=True).start()

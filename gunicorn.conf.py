"""How gunicorn serves the site; `make run` and `make serve` start it."""

from __future__ import annotations

import gc
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


def post_fork(server, worker) -> None:
    """Load the site without looking for garbage: nothing of what is loaded ever is any, and the search takes time."""
    gc.disable()


def post_worker_init(worker) -> None:
    """Compile and read, beside the first requests, what suggestions and the search for codes need."""
    gc.freeze()
    gc.enable()

    from matching import warm_up
    from reference.search import search_hs

    def warm() -> None:
        extensions = worker.wsgi.extensions
        with extensions["sessions"]["read"]() as db:  # what the first page of suggestions waits for comes first
            extensions["suggester"].firms.current(db)
        warm_up()
        search_hs("a")

    threading.Thread(target=warm, name="warm-up", daemon=True).start()

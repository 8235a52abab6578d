"""Static files at addresses with a hash of their content, so that they can be cached for ever."""

import hashlib
from collections.abc import Iterable
from functools import cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, redirect
from flask.typing import ResponseReturnValue
from whitenoise import WhiteNoise

from campaign_actions.core import paths


@cache
def static_version() -> str:
    """A hash over all static files, used as the folder in their addresses.

    With one folder, the relative URLs of fonts in style sheets need no rewriting.
    """
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(paths.STATIC.rglob("*")):
        if file.is_file() and file.suffix != ".gz":
            digest.update(str(file.relative_to(paths.STATIC)).encode() + file.read_bytes())
    return digest.hexdigest()


def asset_url(name: str) -> str:
    return f"/static/{static_version()}/{name}"


def init_app(app: Flask) -> None:
    """Serve `static/` outside Flask."""
    app.jinja_env.globals.update(asset_url=asset_url)
    app.add_url_rule("/static/<folder>/<path:name>", "static", _other_version)

    inner = app.wsgi_app
    files = WhiteNoise(
        inner,
        root=str(paths.STATIC),
        prefix=f"static/{static_version()}/",
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
    )

    def files_or_pages(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Methods other than GET and HEAD get an error page from the app."""
        serve: WSGIApplication = files if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else inner
        return serve(environ, start_response)

    app.wsgi_app = files_or_pages  # type: ignore[method-assign]


def _other_version(folder: str, name: str) -> ResponseReturnValue:
    """Files of another version, asked for by a page from before or after an upgrade: redirect to ours."""
    if folder != static_version() and name in _names():
        return redirect(asset_url(name), 302)
    return "", 404


@cache
def _names() -> frozenset[str]:
    files = (file.relative_to(paths.STATIC) for file in paths.STATIC.rglob("*"))
    return frozenset(map(str, files))

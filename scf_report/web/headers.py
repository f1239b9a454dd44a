"""The headers of every answer: what may load, who may frame it, what may be kept (OWASP ASVS 5)."""

from collections.abc import Mapping, Sequence

from flask import Flask, Response, g
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)


def _policy(frame_ancestors: Sequence[str], *, https: bool) -> Mapping[str, str]:
    csp = (
        ContentSecurityPolicy()
        .default_src("'self'")
        .img_src("'self'", "blob:")
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors(*frame_ancestors)
    )
    policy = Secure(
        csp=csp,
        # "no-referrer" would make browsers send "Origin: null" with our own forms.
        referrer=ReferrerPolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation("self").camera().microphone().payment(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        hsts=StrictTransportSecurity().max_age(31_536_000) if https else None,
    )
    return dict(policy.headers)


def install_headers(app: Flask, embed_origins: Sequence[str], *, https: bool) -> None:
    """Set the headers on every answer; only pages under ``/embed`` may be framed."""
    plain = _policy(["'none'"], https=https)
    framed = _policy(["'self'", *embed_origins], https=https)

    @app.after_request
    def set_headers(response: Response) -> Response:
        # Nobody else sets them; to look for each of them first takes longer than all the rest.
        response.headers.extend(framed if g.get("embedded", False) else plain)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

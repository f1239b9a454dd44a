"""The sandbox's OAuth 2 server: sign in, allow an app, get tokens (upstream.md section 2.5).

The protocol is Authlib's; the pages, the people and what is remembered are the sandbox's own.
"""

from scf_report.sandbox.oauth.pages import OAuthPages

__all__ = ["OAuthPages"]

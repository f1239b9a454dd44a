"""What an error shows of itself."""

from scf_report.clients.errors import Evidence, UpstreamError


def test_errors_hide_secrets_in_logs() -> None:
    """What a server echoes of addresses, keys and access tokens does not reach a log."""
    echo = (
        'api_key=k3y&email=ana@example.org {"access_token": "abc"} password: hunter2'
        " Bearer 0123456789abcdef0123456789abcdef no such service"
    )
    shown = repr(UpstreamError(Evidence("GET", "https://city.example/x", 403, echo)))
    for secret in ("k3y", "ana@", "abc", "hunter2", "0123456789"):
        assert secret not in shown
    assert "no such service" in shown
    assert "403" in shown
    assert "None" not in repr(Evidence("GET", "https://city.example/x"))

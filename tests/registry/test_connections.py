"""Certificates, proxies, names and plain HTTP."""

from __future__ import annotations

import base64
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3.exceptions as wrong
from registry import images
from registry.certificates import Authority, authority
from registry.front import Asked, Front, Said, shelf
from registry.servers import program

from fixer.registry import blame
from fixer.registry.answer import Answer, Online
from fixer.registry.credentials import Credentials
from fixer.registry.failure import Failure
from fixer.registry.reference import parse_reference
from fixer.registry.resolver import Resolver
from fixer.registry.site import host_of, is_loopback, site_of

MULTI = images.multi()
GOOD = shelf({"1": MULTI})


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secure(issuer: Authority) -> Iterator[Front]:
    with Front(GOOD, issuer.context("127.0.0.1", "registry.example")) as front:
        yield front


def resolved(host: str, credentials: Credentials | None = None, **online: Any) -> Answer:
    reference = parse_reference(f"{host}/acme/app:1")
    assert reference
    return Resolver(Online(**online), credentials).resolve(reference)


# ---- certificates


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_an_authority_of_the_environment_is_trusted(
    secure: Front, issuer: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(issuer.path))
    assert resolved(secure.host).digest == MULTI.digest


def test_a_folder_of_authorities_is_trusted(
    secure: Front, issuer: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    # What `c_rehash` makes: a link by the hash of the authority's name.
    digest = f"{_subject_hash(issuer):08x}.0"
    (folder / digest).symlink_to(issuer.path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    assert resolved(secure.host).digest == MULTI.digest


def test_nobody_else_is_trusted(secure: Front) -> None:
    problem = resolved(secure.host).problem
    assert problem.startswith(f"the certificate of {secure.host} is not trusted (")
    assert secure.asked == []


def test_a_certificate_that_has_ended(issuer: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.path))
    with Front(GOOD, issuer.context("127.0.0.1", days=-1)) as front:
        assert resolved(front.host).problem == (
            f"the certificate of {front.host} is not trusted (certificate has expired)"
        )


def test_a_certificate_of_somebody_else(issuer: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.path))
    with Front(GOOD, issuer.context("elsewhere.example")) as front:
        problem = resolved(front.host).problem
        assert problem.startswith(f"the certificate of {front.host} is not trusted (IP address mismatch")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_is_none(
    secure: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "bundle.pem"
    if content:
        path.write_text(content)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    assert resolved(secure.host).problem == "REQUESTS_CA_BUNDLE names no file with certificates"


def test_credentials_go_to_a_token_service_over_tls(
    secure: Front, issuer: Authority, monkeypatch: pytest.MonkeyPatch, login: Callable[..., Credentials]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.path))

    def answer(asked: Asked) -> Said:
        if asked.path.startswith("/token"):
            return Said(200, b'{"token": "t"}')

        challenge = {"WWW-Authenticate": f'Bearer realm="{secure.url}/token"'}
        return GOOD(asked) if asked.authorization == "Bearer t" else Said(401, headers=challenge)

    secure.answer = answer
    assert resolved(secure.host, login({secure.host: None})).digest == MULTI.digest
    assert secure.asked[1].authorization.startswith("Basic ")


def test_nothing_is_sent_from_tls_to_plain_http(
    secure: Front, issuer: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.path))
    with Front(GOOD) as plain:
        secure.answer = lambda asked: Said(307, headers={"Location": f"{plain.url}{asked.path}"})
        assert resolved(secure.host).problem == f"{secure.host} redirects to plain HTTP"
        assert plain.asked == []


def test_a_registry_that_is_named_as_plain_is_asked_plainly() -> None:
    with Front(GOOD) as front:
        assert resolved(front.host, plain_http=(front.host,)).digest == MULTI.digest
        assert len(front.asked) == 1


def test_a_server_without_tls_fails_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [parse_reference(f"registry.example:5000/acme/app:{number}") for number in range(500)]
    with Front(lambda _: Said(200), tunnels={}) as proxy:
        proxy.tunnels = {"registry.example:5000": proxy.port}
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        found = Resolver(Online(threads=4)).resolve_all([one for one in wanted if one])

    assert {one.problem for one in found.values()} == {"registry.example:5000 does not speak TLS as it should"}
    assert len(proxy.asked) <= 8


def test_a_plain_registry_elsewhere_is_not_asked_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    with Front(lambda _: Said(200), tunnels={}) as proxy:
        proxy.tunnels = {"registry.example:5000": proxy.port}
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        found = resolved("registry.example:5000")

    assert found.problem == "registry.example:5000 does not speak TLS as it should"
    assert {asked.method for asked in proxy.asked} == {"CONNECT"}


# ---- proxies


def test_tls_goes_through_the_proxy_of_the_environment(
    secure: Front, issuer: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.path))
    with Front(lambda _: Said(200), tunnels={"registry.example:443": secure.port}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://bob:s3cr%40t@{proxy.host}")
        assert resolved("registry.example").digest == MULTI.digest

    coded = base64.b64encode(b"bob:s3cr@t").decode()
    assert [asked.headers.get("proxy-authorization") for asked in proxy.asked] == [f"Basic {coded}"]
    assert [asked.headers.get("proxy-authorization") for asked in secure.asked] == [None]


def test_plain_http_goes_through_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with Front(lambda asked: GOOD(Asked(asked.method, asked.path, asked.headers, b""))) as proxy:
        monkeypatch.setenv("http_proxy", proxy.host)
        assert resolved("registry.example", plain_http=("registry.example",)).digest == MULTI.digest
        assert proxy.asked[0].path == "http://registry.example/v2/acme/app/manifests/1"


@pytest.mark.parametrize(
    "challenge",
    ['Basic realm="r"', 'Bearer realm="http://registry.example/token",service="s",scope="repository:a:pull"'],
)
def test_no_login_goes_over_plain_http(
    challenge: str, monkeypatch: pytest.MonkeyPatch, login: Callable[..., Credentials]
) -> None:
    wants = Said(401, headers={"WWW-Authenticate": challenge})
    with Front(lambda asked: Said(401) if "token" in asked.path else wants) as proxy:
        monkeypatch.setenv("http_proxy", proxy.host)
        known = login({"registry.example": None, "proxy": None})
        found = resolved("registry.example", known, plain_http=("registry.example",))

    assert "no login is sent over plain HTTP" in found.problem
    assert [asked.authorization for asked in proxy.asked if asked.authorization] == []
    assert proxy.asked


def test_loopback_and_what_is_named_go_without(monkeypatch: pytest.MonkeyPatch) -> None:
    with Front(lambda _: Said(502)) as proxy, Front(GOOD) as front:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        assert resolved(front.host).digest == MULTI.digest
        monkeypatch.setenv("NO_PROXY", ".example")
        # No name that long is looked up, so that this asks nobody.
        long = f"{'a' * 64}.example"
        assert resolved(long).problem == f"the address of {long} cannot be used"
        assert proxy.asked == []


def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with Front(lambda _: Said(407, b"who are you")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://bob:s3cret@{proxy.host}")
        assert resolved("registry.example").problem == (
            f"the proxy {proxy.host} refuses to connect to registry.example (407)"
        )

    assert resolved("other.example").problem == f"the proxy {proxy.host} cannot be reached"


def test_a_proxy_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://bob:s3cret@127.0.0.1:1080")
    assert resolved("registry.example").problem == (
        "the proxy that the environment names is of a kind that cannot be used"
    )


# ---- what libraries raise that cannot be had on loopback


@pytest.mark.parametrize(
    ("error", "clause"),
    [
        (wrong.NameResolutionError("x", None, OSError()), "the name of docker.io cannot be resolved"),  # type: ignore[arg-type]
        (wrong.ConnectTimeoutError(None, "x"), "docker.io cannot be reached within 3 s"),
        (wrong.NewConnectionError(None, "no route"), "docker.io cannot be reached"),  # type: ignore[arg-type]
        (wrong.SSLError(ssl.SSLError()), "docker.io does not speak TLS as it should"),
        (ValueError("https://user:s3cret@x"), "the address of docker.io cannot be used"),
    ],
)
def test_errors_in_words(error: Exception, clause: str) -> None:
    assert blame.failure(error, "docker.io", 3.0, "").clause == clause


def test_an_error_that_is_its_own_cause() -> None:
    error = OSError("x")
    error.args = (error,)
    assert blame.failure(error, "docker.io", 3.0, "").clause == "the address of docker.io cannot be used"


def test_a_name_that_no_resolver_takes() -> None:
    host = f"{'a' * 64}.example"
    assert resolved(host).problem == f"the address of {host} cannot be used"


# ---- sites


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("127.0.0.1", True),
        ("127.8.9.1:80", True),
        ("[::1]:5000", True),
        ("127.0.0.1.example", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("[::2]", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_loopback(host: str, is_it: bool) -> None:
    assert is_loopback(host) is is_it


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Registry.Example:443/v2", "registry.example"),
        ("http://registry.example:80", "registry.example"),
        ("http://registry.example:443", "registry.example:443"),
        ("https://[::1]:5000/", "[::1]:5000"),
        ("https://registry.example:99999", ""),
        ("registry.example", ""),
    ],
)
def test_hosts(url: str, host: str) -> None:
    assert host_of(url) == host


def test_where_registries_are_asked() -> None:
    online = Online(
        endpoints={"docker.io": "https://mirror.example/", "quay.io": "https://harbor.example/v2/quay/proxy"},
        plain_http=("plain.example:5000",),
    )
    assert site_of("docker.io", online).url("library/nginx", "x") == "https://mirror.example/v2/library/nginx/x"
    assert site_of("quay.io", online).url("a/b", "x") == "https://harbor.example/v2/quay/proxy/a/b/x"
    assert site_of("quay.io", online).prefix == "quay/proxy/"
    assert site_of("plain.example:5000", online).root == "http://plain.example:5000/v2"
    assert site_of("plain.example", online).root == "https://plain.example/v2"
    assert site_of("docker.io", Online()).root == "https://registry-1.docker.io/v2"
    assert site_of("localhost:5000", Online()).guessed
    named = Online(endpoints={"docker.io": "http://plain.example"}, plain_http=("plain.example",))
    assert site_of("docker.io", named).root == "http://plain.example/v2"
    everywhere = Online(plain_http=("docker.io", "registry-1.docker.io"))
    assert site_of("docker.io", everywhere).root == "https://registry-1.docker.io/v2"
    with pytest.raises(Failure):
        site_of("docker.io", Online(endpoints={"docker.io": "http://plain.example"}))


def _subject_hash(issuer: Authority) -> int:
    words = [program("openssl"), "x509", "-noout", "-subject_hash", "-in", str(issuer.path)]
    return int(subprocess.run(words, check=True, capture_output=True).stdout, 16)

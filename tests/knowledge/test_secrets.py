from __future__ import annotations

import pytest

from fixer.knowledge.secrets import is_harmless, is_secret, is_secret_name, looks_like_secret

# Put together here, so that no scanner takes this file for a leak.
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB = "ghp_" + "a1B2" * 9
NPM = "npm_" + "a1B2" * 9
KEY = "-----BEGIN " + "RSA PRIVATE KEY-----"

SECRET_NAMES = [
    "PASSWORD", "DB_PASSWORD", "POSTGRES_PASSWORD", "MYSQL_ROOT_PASSWORD", "db_password", "REDIS_PASSWD", "SECRET",
    "SECRET_KEY", "SECRET_KEY_BASE", "DJANGO_SECRET_KEY", "CLIENT_SECRET", "TOKEN", "GITHUB_TOKEN", "NPM_TOKEN",
    "API_KEY", "STRIPE_API_KEY", "APIKEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ACCESS_KEY",
    "MINIO_ACCESS_KEY", "PRIVATE_KEY", "SSH_PRIVATE_KEY", "CREDENTIALS", "GOOGLE_CREDENTIAL", "REDIS_AUTH", "BEARER",
    "JWT", "ENCRYPTION_KEY", "SIGNING_KEY", "PASSWORD_SALT", "SENTRY_DSN", "DB_PWD", "MYSQLPWD",
    "spring.datasource.password", "dbPassword", "jwtSecret", "api-key", "AUTH_TOKEN", "N8N_ENCRYPTION_KEY",
    "CLIENT_KEY", "GF_SECURITY_ADMIN_PASSWORD",
]  # fmt: skip
OTHER_NAMES = [
    "PORT", "PATH", "HOME", "PWD", "OLDPWD", "GPG_KEY", "GPG_KEYS", "PUBLIC_KEY", "JWT_PUBLIC_KEY",
    "POSTGRES_PASSWORD_FILE", "SECRET_KEY_BASE_DUMMY", "TOKEN_EXPIRY", "TOKEN_TTL", "PASSWORD_MIN_LENGTH",
    "PASSWORD_LENGTH", "JWT_ALGORITHM", "SECRET_NAME", "SECRET_PATH", "CLIENT_ID", "API_KEY_ID",
    "TOKENIZERS_PARALLELISM", "PASSWORD_HASHERS", "PASSWORD_POLICY", "AUTH_HEADER", "AUTH_ENABLED",
    "POSTGRES_HOST_AUTH_METHOD", "AUTH_TYPE", "JWT_ISSUER", "JWT_AUDIENCE", "TOKEN_EXPIRES_IN", "AUTHOR", "AUTHORS",
    "MONKEY", "KEYBOARD", "TOKENIZER", "COMPASS", "DATABASE_URL", "PIP_INDEX_URL", "PYTHON_SHA256", "OAUTH_CLIENT_ID",
    "SALTSTACK", "AUTH_BACKEND", "JWT_ACCESS_TOKEN_EXPIRES", "NODE_AUTH_STRATEGY", "POSTGRES_USER",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        AWS,
        GITHUB,
        NPM,
        KEY,
        "github_pat_11AAAA",
        "glpat-xyz",
        "xoxb-1-2",
        "AIza" + "a" * 35,
        "eyJhbGciOiJIUzI1NiJ9.e30.x",
        "sk_live_abc",
        "postgres://app:hunter2@db:5432/app",
        "https://user:t0ken@pypi.example.com/simple",
        "prefix " + AWS + " suffix",
        "amqp://guest:s3cret@mq//",
    ],
)
def test_values_that_look_like_secrets(value: str) -> None:
    assert looks_like_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "postgres://db:5432/app",
        "postgres://app@db:5432/app",
        "postgres://app:${DB_PASSWORD}@db:5432/app",
        "postgres://app:$DB_PASSWORD@db/app",
        "postgres://app:changeme@db/app",
        "postgres://app:<password>@db/app",
        "https://pypi.org/simple",
        "A035C8C19219BA821ECEA86B64E628F8D684696D",
        "0123456789abcdef" * 4,
        "hello",
        "mailto:me@example.com",
    ],
)
def test_values_that_do_not(value: str) -> None:
    assert not looks_like_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "", "  ", "''", "$X", "${X}", "${X:?must be set}", "${X:-}", "${X:-changeme}", "$(cat /run/secret)", "changeme",
        "CHANGE_ME", "change-me-please", "changethis", "example", "dummy", "xxx", "XXXX", "****", "placeholder",
        "<password>", "[token]", "your-secret-key", "your_api_key", "my-token-here", "none", "null", "TODO", "REDACTED",
        "{{ secret }}", "true", "false", "yes", "trust", "replace-me",
    ],
)  # fmt: skip
def test_harmless(value: str) -> None:
    assert is_harmless(value)


@pytest.mark.parametrize(
    "value", ["hunter2", "postgres", "12345", "${X:-hunter2}", "s3cr3t", "admin", "abc123xyz", "password"]
)
def test_not_harmless(value: str) -> None:
    assert not is_harmless(value)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("POSTGRES_PASSWORD", "postgres", True),
        ("POSTGRES_PASSWORD", "${POSTGRES_PASSWORD}", False),
        ("POSTGRES_PASSWORD", "${POSTGRES_PASSWORD:-postgres}", True),
        ("POSTGRES_PASSWORD", "${POSTGRES_PASSWORD:?}", False),
        ("POSTGRES_PASSWORD_FILE", "/run/secrets/pw", False),
        ("DATABASE_URL", "postgres://app:hunter2@db/app", True),
        ("DATABASE_URL", "postgres://app:${PW}@db/app", False),
        ("DATABASE_URL", "postgres://db/app", False),
        ("PIP_INDEX_URL", "https://user:t0ken@pypi.example.com/simple", True),
        ("PIP_INDEX_URL", "https://pypi.org/simple", False),
        ("GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D", False),
        ("SENTRY_DSN", "https://sentry.example.com/1", False),
        ("SENTRY_DSN", "https://a1b2:c3d4@sentry.example.com/1", True),
        ("AUTH_URL", "http://auth:8080", False),
        ("AWS_ACCESS_KEY_ID", AWS, True),
        ("ANYTHING", GITHUB, True),
        ("ALLOW_EMPTY_PASSWORD", "yes", False),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "true", False),
        ("POSTGRES_HOST_AUTH_METHOD", "trust", False),
        ("TOKEN_EXPIRY", "3600", False),
        ("SECRET_KEY_BASE_DUMMY", "1", False),
        ("SECRET_KEY", "dev-secret-key-12345", True),
        ("DEBUG", "true", False),
    ],
)
def test_is_secret(name: str, value: str, secret: bool) -> None:
    assert is_secret(name, value) is secret

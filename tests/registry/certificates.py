"""Certificates for servers on loopback, good and bad, by an authority of our own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """Issues certificates; `path` is its own, in PEM."""

    folder: Path
    path: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def context(self, *hosts: str, days: int = 30) -> ssl.SSLContext:
        """Return what a server for these hosts needs; `days` from now its certificate ends."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_name(host) for host in hosts])
        certificate = _built("server", key.public_key(), self.certificate.subject, days).add_extension(
            names, critical=False
        )
        path = self.folder / f"server-{abs(hash((hosts, days)))}.pem"
        path.write_bytes(_pem(key, certificate.sign(self.key, hashes.SHA256())))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    basic = x509.BasicConstraints(ca=True, path_length=None)
    certificate = _built("test authority", key.public_key(), name, 30).add_extension(basic, critical=True)
    signed = certificate.sign(key, hashes.SHA256())
    path = folder / "authority.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, path, key, signed)


def _built(name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    end = dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - dt.timedelta(days=60))
        .not_valid_after(end)
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)

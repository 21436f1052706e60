"""Images made by hand, the same bytes each time, in every form that a registry stores; and how they get into one."""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import json
import tarfile
import urllib.request
from dataclasses import dataclass
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_PARTS = {
    OCI_MANIFEST: ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip"),
    DOCKER_MANIFEST: (
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ),
}


def digest_of(body: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


@dataclass(frozen=True)
class Image:
    """A manifest with all that it names."""

    media_type: str
    body: bytes
    blobs: tuple[bytes, ...] = ()
    parts: tuple[Image, ...] = ()
    platform: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return digest_of(self.body)

    @property
    def descriptor(self) -> dict[str, Any]:
        names = ("os", "architecture", "variant")
        platform = {"platform": dict(zip(names, self.platform, strict=False))} if self.platform else {}
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.body), **platform}


@functools.cache
def single(
    media_type: str = OCI_MANIFEST, words: str = "hello", created: str = "2024-01-01T00:00:00Z", *platform: str
) -> Image:
    """An image of one layer with one file, for linux/amd64 unless told otherwise."""
    system, architecture, *variant = platform or ("linux", "amd64")
    layer = _layer(words.encode())
    config = _json(
        {
            "architecture": architecture,
            "os": system,
            **({"variant": variant[0]} if variant else {}),
            **({"created": created} if created else {}),
            "config": {"Entrypoint": ["/app/hello"]},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(layer)]},
        }
    )
    packed = gzip.compress(layer, mtime=0)
    kinds = _PARTS[media_type]
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": {"mediaType": kinds[0], "digest": digest_of(config), "size": len(config)},
        "layers": [{"mediaType": kinds[1], "digest": digest_of(packed), "size": len(packed)}],
    }
    return Image(media_type, _json(manifest), (config, packed), platform=platform or ("linux", "amd64"))


def index(media_type: str, *images: Image) -> Image:
    manifest = {"schemaVersion": 2, "mediaType": media_type, "manifests": [image.descriptor for image in images]}
    return Image(media_type, _json(manifest), parts=images)


def multi(media_type: str = OCI_INDEX, words: str = "hello") -> Image:
    """An index for amd64 and arm64, and with an attestation where its form has them."""
    form = OCI_MANIFEST if media_type == OCI_INDEX else DOCKER_MANIFEST
    images = [
        single(form, f"{words} amd64", "2024-05-06T23:30:00-04:00", "linux", "amd64"),
        single(form, f"{words} arm64", "2024-01-01T00:00:00Z", "linux", "arm64", "v8"),
    ]
    if media_type == OCI_INDEX:
        images.append(single(form, f"{words} attestation", "", "unknown", "unknown"))

    return index(media_type, *images)


def push(image: Image, base: str, repository: str, tag: str, authorization: str = "") -> None:
    """Put an image and its parts into the registry at `base`, without any tool of the field."""
    for part in image.parts:
        push(part, base, repository, part.digest, authorization)

    for blob in image.blobs:
        started = _send("POST", f"{base}/v2/{repository}/blobs/uploads/", b"", "", authorization)
        place = started.headers["Location"]
        glue = "&" if "?" in place else "?"
        _send("PUT", f"{place}{glue}digest={digest_of(blob)}", blob, "application/octet-stream", authorization)

    _send("PUT", f"{base}/v2/{repository}/manifests/{tag}", image.body, image.media_type, authorization)


def _send(method: str, url: str, body: bytes, kind: str, authorization: str) -> Any:
    headers = {"Content-Type": kind} if kind else {}
    headers |= {"Authorization": authorization} if authorization else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, body, headers, method=method), timeout=10) as answer:
        answer.read()
        return answer


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode()


def _layer(words: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("app/hello")
        entry.size, entry.mode = len(words), 0o755
        tar.addfile(entry, io.BytesIO(words))

    return packed.getvalue()

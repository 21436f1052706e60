"""Base images that stand in for official ones: same distribution family and program, made from Debian packages.

No registry is asked. The images are kept as one archive per state of the folder `images`: a second run is quick.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from running.engine import DOCKER, build

HERE = Path(__file__).parent / "images"
BASE = "debian:bookworm-slim"
# Folder with a Dockerfile, and the official name it stands in for; later ones may start from earlier ones.
STAND_INS = {
    "python": "python:3.12-slim",
    "nginx": "nginx:1.27",
    "redis": "redis:7",
    "postgres": "postgres:16",
    "memcached": "memcached:1.6",
    "blackbox-exporter": "prom/blackbox-exporter:v0.25.0",
    "node": "node:20-slim",
    "gcc": "gcc:12",
    "distroless": "gcr.io/distroless/static-debian12",
    "team": "registry.example.com/base/python-service:4",
}
# Further names of the same images.
ALSO = {"python:3.12-slim": ("python:3.12", "python:latest")}
BUSYBOX = "busybox:1.36"
# Settings of the official images of Debian.
LIKE_OFFICIAL = (
    'APT::Keep-Downloaded-Packages "false";',
    'Acquire::GzipIndexes "true";',
    'Acquire::Languages "none";',
)
# What the variants called slim leave out.
NOT_IN_SLIM = ("doc", "info", "linda", "lintian", "locale", "man")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
CACHE = Path(os.environ.get("FIXER_RUN_CACHE") or Path.home() / ".cache" / "fixer-run-tests")


def provide() -> None:
    """Load the images from the archive of an earlier run, or make them and keep them."""
    archive = CACHE / f"{state()}.tar"
    if archive.exists():
        subprocess.run([DOCKER, "load", "--quiet", "--input", str(archive)], check=True, stdout=subprocess.DEVNULL)
        return

    make()
    CACHE.mkdir(parents=True, exist_ok=True)
    for older in CACHE.glob("*.tar"):
        older.unlink()

    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        made = Path(folder) / "images.tar"
        tags = [BASE, BUSYBOX, *STAND_INS.values(), *(tag for also in ALSO.values() for tag in also)]
        subprocess.run([DOCKER, "save", "--output", str(made), *tags], check=True)
        made.rename(archive)


def state() -> str:
    """Return a name for what the images are made from."""
    digest = hashlib.sha256(repr((ALSO, BASE, LIKE_OFFICIAL, NOT_IN_SLIM, STAND_INS)).encode())
    for path in sorted(path for path in HERE.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes())

    return digest.hexdigest()[:16]


def make() -> None:
    """Make all images."""
    with tempfile.TemporaryDirectory() as folder:
        say(f"{BASE} with mmdebstrap")
        archive = Path(folder) / "base.tar"
        bootstrap(archive)
        subprocess.run([DOCKER, "import", str(archive), BASE], check=True, stdout=subprocess.DEVNULL)
        busybox(Path(folder) / "busybox")

    for name, tag in STAND_INS.items():
        say(f"{tag} from {name}")
        build(HERE / name, tag)
        for other in ALSO.get(tag, ()):
            subprocess.run([DOCKER, "tag", tag, other], check=True)


def bootstrap(archive: Path) -> None:
    """Write the root of a small Debian, from the sources and with the settings that the machine itself uses."""
    settings = [f"--aptopt={line}" for line in apt_settings()]
    settings += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in NOT_IN_SLIM]
    extra = archive.parent / "extra"
    write_settings(extra)
    hook = f"--customize-hook=copy-in {extra}/etc /"
    command = [
        *("mmdebstrap", "--quiet", "--variant=minbase", "--dpkgopt=force-unsafe-io", *settings, hook),
        *("bookworm", str(archive), *sources()),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"run-tests: mmdebstrap failed:\n{done.stderr}")


def write_settings(root: Path) -> None:
    """Write what the base image has beside its packages: settings of apt, and those with which pip works here."""
    apt = root / "etc" / "apt" / "apt.conf.d"
    apt.mkdir(parents=True)
    (apt / "official").write_text("\n".join(LIKE_OFFICIAL) + "\n")
    found = pip_settings()
    certificates = found.pop("cert", CERTIFICATES)
    if Path(certificates).exists():
        shutil.copy(certificates, root / "etc" / "machine-certificates.crt")
        found["cert"] = "/etc/machine-certificates.crt"

    lines = [f"{name} = {value}\n" for name, value in found.items()]
    (root / "etc" / "pip.conf").write_text("".join(["[global]\n", *lines]))


def pip_settings() -> dict[str, str]:
    """Return the settings of the machine's pip that say where packages come from."""
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    pairs = (line.partition("=") for line in shown.stdout.splitlines())
    found = {name.rpartition(".")[2]: value.strip("'") for name, _, value in pairs}
    return {name: value for name, value in found.items() if name in {"cert", "index-url", "trusted-host"}}


def sources() -> list[str]:
    """Return the lines of sources for bookworm that the machine has; none stands for the default."""
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    command = ["apt-get", "indextargets", "--format", form, "Created-By: Packages", "Origin: Debian"]
    shown = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    found = sorted({line for line in shown.splitlines() if line.split()[1].startswith("bookworm")})
    return [f"deb {line}" for line in found]


def apt_settings() -> list[str]:
    """Return the settings of the machine's apt that say how the network is reached."""
    shown = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout
    wanted = ("Acquire::http::Proxy ", "Acquire::https::Proxy ", "Acquire::Check-")
    return [line for line in shown.splitlines() if line.startswith(wanted)]


def busybox(root: Path) -> None:
    """Make an image of nothing but busybox."""
    (root / "bin").mkdir(parents=True)
    (root / "etc").mkdir()
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)
    (root / "etc" / "passwd").write_text(
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
    )
    (root / "etc" / "group").write_text("root:x:0:\nnobody:x:65534:\n")
    subprocess.run(["cp", "/usr/bin/busybox", str(root / "bin" / "busybox")], check=True)
    subprocess.run(["chroot", str(root), "/bin/busybox", "--install", "-s", "/bin"], check=True)
    tar = subprocess.run(["tar", "-C", str(root), "-c", "."], check=True, capture_output=True).stdout
    command = [DOCKER, "import", "--change", 'CMD ["sh"]', "-", BUSYBOX]
    subprocess.run(command, input=tar, check=True, stdout=subprocess.DEVNULL)


def say(text: str) -> None:
    """Tell what is made, and when."""
    sys.stderr.write(f"run-tests: {time.strftime('%H:%M:%S')} making {text}\n")

"""Health probes: what a probe is, which one an image can run, and how it is written (tables KB-1, KB-3, KB-5)."""

from __future__ import annotations

from fixer.knowledge.equivalent_probes import equivalent_probe, programs_of
from fixer.knowledge.image_health import image_health
from fixer.knowledge.probe import Probe, compose_test, dockerfile_command, kubernetes_command
from fixer.knowledge.probe_commands import http_probe, node_major, tcp_probe, url_probe

__all__ = [
    "Probe",
    "compose_test",
    "dockerfile_command",
    "equivalent_probe",
    "http_probe",
    "image_health",
    "kubernetes_command",
    "node_major",
    "programs_of",
    "tcp_probe",
    "url_probe",
]

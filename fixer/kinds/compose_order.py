"""The order in which people write the keys of a Compose file, so that a new key lands where it is looked for."""

from __future__ import annotations

from collections.abc import Sequence

from fixer.formats.yaml import Path

_FILE = ("version", "name", "include", "services", "networks", "volumes", "configs", "secrets", "models")

# Image and start first, then data, network, state; hardening together behind them, logging and extensions last.
_SERVICE = (
    *("extends", "image", "build", "develop", "provider", "platform", "pull_policy", "container_name", "hostname"),
    *("domainname", "profiles", "attach", "depends_on", "links", "external_links", "runtime", "gpus", "models"),
    *("entrypoint", "command", "working_dir", "env_file", "environment", "configs", "secrets", "volumes"),
    *("volumes_from", "storage_opt", "devices", "device_cgroup_rules", "ports", "expose", "networks", "network_mode"),
    *("mac_address", "dns", "dns_opt", "dns_search", "extra_hosts", "labels", "label_file", "annotations", "init"),
    *("stdin_open", "tty", "stop_signal", "stop_grace_period", "post_start", "pre_stop", "healthcheck", "restart"),
    *("scale", "deploy", "cpus", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period"),
    *("cpu_rt_runtime", "cpu_shares", "cpuset", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit"),
    *(
        "oom_kill_disable",
        "oom_score_adj",
        "pids_limit",
        "shm_size",
        "ulimits",
        "blkio_config",
        "sysctls",
        "ipc",
        "pid",
    ),
    *("uts", "userns_mode", "cgroup", "cgroup_parent", "isolation", "credential_spec", "user", "group_add"),
    *("privileged", "read_only", "tmpfs", "cap_drop", "cap_add", "security_opt", "use_api_socket", "logging"),
)
_HEALTHCHECK = ("disable", "test", "interval", "timeout", "retries", "start_period", "start_interval")
_DEPLOY = (
    *("mode", "replicas", "endpoint_mode", "placement", "labels", "resources", "restart_policy", "update_config"),
    "rollback_config",
)
_RESOURCES = ("limits", "reservations")
_LIMITS = ("cpus", "memory", "pids", "devices", "generic_resources")
_RESTART = ("condition", "delay", "max_attempts", "window")
_LOGGING = ("driver", "options")
_OPTIONS = ("max-size", "max-file")
_PORT = ("name", "mode", "target", "published", "host_ip", "protocol", "app_protocol")

_BY_PATH: dict[tuple[str, ...], Sequence[str]] = {
    (): _SERVICE,
    ("healthcheck",): _HEALTHCHECK,
    ("deploy",): _DEPLOY,
    ("deploy", "resources"): _RESOURCES,
    ("deploy", "resources", "limits"): _LIMITS,
    ("deploy", "resources", "reservations"): _LIMITS,
    ("deploy", "restart_policy"): _RESTART,
    ("logging",): _LOGGING,
    ("logging", "options"): _OPTIONS,
}


def order(at: Path) -> Sequence[str]:
    """Return the usual order of the keys of the mapping at a path; () when there is none."""
    if not at:
        return _FILE

    if at[0] != "services" or len(at) < 2:
        return ()

    if len(at) == 4 and at[2] == "ports":
        return _PORT

    return _BY_PATH.get(tuple(map(str, at[2:])), ())


def behind_all(usual: Sequence[str], written: Sequence[str]) -> Sequence[str]:
    """Return the usual order, changed so that a new key goes behind all keys that come before it.

    `written` are the keys that are there, in their order. A new key is put behind the nearest of its predecessors, and
    people do not keep to the usual order: without this, hardening would stand between `ports` and `volumes` of a
    service that lists its volumes last.
    """
    place = {key: number for number, key in enumerate(written)}
    result: list[str] = []
    last = -1
    for key in usual:
        if place.get(key, len(place)) < last:
            result.insert(result.index(written[last]), key)
        else:
            result.append(key)
            last = place.get(key, last)

    return result

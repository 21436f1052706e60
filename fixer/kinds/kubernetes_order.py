"""The order in which people write the keys of a manifest, so that a new key lands where it is looked for."""

from __future__ import annotations

from collections.abc import Sequence

from fixer.formats.yaml import Habits, Path, Profile

_OBJECT = ("apiVersion", "kind", "metadata", "spec", "data", "items", "status")
_KUSTOMIZATION = ("namespace", "namePrefix", "nameSuffix", "resources", "bases", "components")
_METADATA = ("name", "generateName", "namespace", "labels", "annotations")

# What controllers have in their `spec`, and what pods have: a path does not tell which it is, and no key is in both.
_CONTROLLER = (
    *("schedule", "timeZone", "suspend", "concurrencyPolicy", "replicas", "parallelism", "completions"),
    *("backoffLimit", "revisionHistoryLimit", "minReadySeconds", "progressDeadlineSeconds", "selector"),
    *("serviceName", "podManagementPolicy", "strategy", "updateStrategy"),
)
_POD = (
    *("os", "runtimeClassName", "priorityClassName", "schedulerName", "nodeName", "nodeSelector", "affinity"),
    *("tolerations", "topologySpreadConstraints", "hostNetwork", "hostPID", "hostIPC", "dnsPolicy", "dnsConfig"),
    *("hostname", "subdomain", "hostAliases", "serviceAccountName", "serviceAccount"),
    *("automountServiceAccountToken", "enableServiceLinks", "shareProcessNamespace", "imagePullSecrets"),
    *("restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "resources", "securityContext"),
    *("initContainers", "containers", "ephemeralContainers", "volumes"),
)
_SPEC = (*_CONTROLLER, *_POD, "template", "volumeClaimTemplates")
_CONTAINER = (
    *("name", "image", "imagePullPolicy", "restartPolicy", "workingDir", "command", "args", "script", "ports"),
    *("envFrom", "env", "resources", "computeResources", "securityContext", "startupProbe", "livenessProbe"),
    *("readinessProbe", "lifecycle", "volumeMounts", "volumeDevices", "terminationMessagePath"),
    *("terminationMessagePolicy", "stdin", "tty"),
)
_SECURITY = (
    *("privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "runAsNonRoot", "runAsUser", "runAsGroup"),
    *("fsGroup", "fsGroupChangePolicy", "supplementalGroups", "capabilities", "seccompProfile", "appArmorProfile"),
    *("seLinuxOptions", "sysctls", "windowsOptions"),
)
_PROBE = (
    *("exec", "httpGet", "tcpSocket", "grpc", "initialDelaySeconds", "periodSeconds", "timeoutSeconds"),
    *("successThreshold", "failureThreshold"),
)
_BY_KEY: dict[str | int, Sequence[str]] = {
    "metadata": _METADATA,
    "spec": _SPEC,
    "securityContext": _SECURITY,
    "container": _CONTAINER,
    "script": _CONTAINER,
    "resources": ("claims", "requests", "limits"),
    "requests": ("cpu", "memory", "ephemeral-storage"),
    "limits": ("cpu", "memory", "ephemeral-storage"),
    "capabilities": ("add", "drop"),
    "seccompProfile": ("type", "localhostProfile"),
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
}
_OF_ITEMS: dict[str | int, Sequence[str]] = {
    "containers": _CONTAINER,
    "initContainers": _CONTAINER,
    "ephemeralContainers": _CONTAINER,
    "sidecars": _CONTAINER,
    "steps": _CONTAINER,
    "items": _OBJECT,
    "volumes": ("name",),
    "volumeMounts": ("name", "mountPath", "subPath", "readOnly"),
    "ports": ("name", "containerPort", "hostPort", "protocol"),
}


def order(at: Path) -> Sequence[str]:
    """Return the usual order of the keys of the mapping at a path; () when there is none."""
    if not at:
        return (*_OBJECT[:3], *_KUSTOMIZATION, *_OBJECT[3:])

    if isinstance(at[-1], int):
        return _OF_ITEMS.get(at[-2], ()) if len(at) > 1 else ()

    return _BY_KEY.get(at[-1], ())


HABITS = Habits(Profile.KUBERNETES, order, indented_lists=False)

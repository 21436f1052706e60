"""Pod gets a token for the Kubernetes API that it does not need.

## Why
The token of the service account is a key to the cluster that lies in every container of the pod. Who breaks into one
may use it; most programs never do.

## Fix
Sets `automountServiceAccountToken: false` in the pod spec, which counts more than the service account, and concerns no
other pod. Where something shows that the program calls the API (a role bound to its service account, an image or
arguments that say so) the finding is for information only. Projected tokens, those of cloud identities among them, are
not concerned.

## Risk
medium: the program is not known to call the API, or runs under the service account `default`, which may do nothing
there. high: it has a service account of its own, and nothing is known about the image.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
- https://kubernetes.io/docs/concepts/security/service-accounts/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Container, Workload
from fixer.kinds.kubernetes_selectors import called, namespace_of
from fixer.kinds.kubernetes_values import get, mappings, text
from fixer.rule import rule

BINDINGS = ("RoleBinding", "ClusterRoleBinding")
TALKS = re.compile(r"kube|leader-?elect|in-?cluster|KUBERNETES_|serviceaccount", re.IGNORECASE)
# What injected helpers do with the token: https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations
INJECTED = ("vault.hashicorp.com/",)


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.WARN),
    aliases=(
        *("K8-025", "KSV-0036", "CKV_K8S_38", "automountServiceAccountToken", "C-0034", "C-0190", "C-0261"),
        "Service Account Token Automount Not Disabled",
    ),
)
def automounted_token(workload: Workload) -> Iterator[Finding]:
    """Find pods with a token that nothing shows to be needed."""
    if workload.partial or workload.tekton or workload.get("automountServiceAccountToken") is False:
        return

    if workload.get("automountServiceAccountToken") is None and switched_off(workload):
        return

    at = workload.at("automountServiceAccountToken")
    message = "mounts a token for the Kubernetes API"
    if reason := workload.hands_off or next(reasons(workload), None):
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
        return

    risk, because = risk_of(workload)
    yield at.finding(message, Fix("Do not mount the token", risk, (at.put(value=False),), because))


def switched_off(workload: Workload) -> bool:
    """Whether the service account of the pod says that its token is not mounted."""
    return any(
        found.data.get("automountServiceAccountToken") is False
        for found in called(workload.manifest, "ServiceAccount", workload.service_account)
    )


def reasons(workload: Workload) -> Iterator[str]:
    """Yield what shows that the pod uses its token."""
    if workload.manifest.group == "argoproj.io" and workload.kind != "Rollout":
        yield "the executor of Argo Workflows reports with this token"

    if workload.get("automountServiceAccountToken") is True:
        yield "automountServiceAccountToken is true on purpose"

    for binding in bindings(workload):
        yield f"{binding} gives its service account {workload.service_account} rights"

    for container in workload.containers:
        if container.facts.kubernetes_api_client == "always":
            yield f"{container.image} calls the Kubernetes API ({container.facts.evidence})"

        if word := next(words(container), None):
            yield f'"{word}" in {container.name} shows that it calls the Kubernetes API'

    for annotation in workload.annotations:
        if annotation.startswith(INJECTED):
            yield f"what {annotation.partition('/')[0]} injects logs in with this token"


def bindings(workload: Workload) -> Iterator[str]:
    """Yield the bindings that give the service account of the pod rights."""
    account, namespace = workload.service_account, workload.manifest.namespace
    for kind in BINDINGS:
        for found in workload.facts.objects(kind):
            for _, subject in mappings(found.data.get("subjects")):
                if subject.get("name") != account or subject.get("kind") != "ServiceAccount":
                    continue

                place = text(subject.get("namespace")) or namespace_of(found.data)
                if place in {"", namespace or place}:
                    yield f"{kind} {text(get(found.data, 'metadata', 'name'))}"


def words(container: Container) -> Iterator[str]:
    """Yield the words of the command line and the names of variables that speak of the Kubernetes API."""
    for word in (*container.words, *container.environment):
        # Of a script only the word that says so, and of an option not its value.
        yield from (part.partition("=")[0] for part in word.split() if TALKS.search(part))


def risk_of(workload: Workload) -> tuple[Risk, tuple[str, ...]]:
    """Return the risk of the fix, with its evidence."""
    sometimes = [one for one in workload.containers if one.facts.kubernetes_api_client == "sometimes"]
    if sometimes:
        return Risk.HIGH, (f"some configurations of {sometimes[0].image} call the API ({sometimes[0].facts.evidence})",)

    known = all(one.facts.known and not one.facts.built for one in workload.containers)
    if known:
        names = dict.fromkeys(one.facts.evidence for one in workload.containers)
        return Risk.MEDIUM, (f"its images are not known to call the API ({', '.join(names)})",)

    if workload.service_account == "default":
        return Risk.MEDIUM, ("service account default has no rights unless somebody gave it some",)

    return Risk.HIGH, (f"nothing is known about what it does as {workload.service_account}",)

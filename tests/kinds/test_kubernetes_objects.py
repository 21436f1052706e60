from __future__ import annotations

import pytest
from kinds.kubernetes_facts import World, container, deployment, workload

from fixer.finding import Risk
from fixer.formats.yaml import AddDocument, Append, NewFile, Put
from fixer.kinds.facts import Object
from fixer.kinds.kubernetes_accounts import Default, account
from fixer.kinds.kubernetes_budgets import budget, has_budget, new_budget, scaler, why_no_budget
from fixer.kinds.kubernetes_probes import of_health_check, port_of
from fixer.kinds.kubernetes_resources import limit_for, missing, request_for, why_not
from fixer.kinds.kubernetes_selectors import beside, chosen, selects
from fixer.knowledge.images import Account, Health, ImageFacts
from transforms.kubernetes.missing_resource_limits import Params as LimitParams

POD = "      containers:\n      - name: a\n        image: x:1\n"
BUDGET = """apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b}
spec: {selector: {matchLabels: {app: web}}}
"""


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "x"}}, False),
        ({}, True),
        (None, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_label_selectors(selector: object, wanted: bool) -> None:
    assert selects(selector, {"app": "web"}) is wanted


def test_plain_selectors() -> None:
    assert chosen({"app": 1}, {"app": "1"})
    assert not chosen({}, {"app": "1"})
    assert not chosen({"app": None}, {})


@pytest.mark.parametrize(
    ("path", "namespace", "wanted"),
    [
        ("k8s/base/pdb.yaml", "", True),
        ("k8s/overlays/prod/pdb.yaml", "", True),
        ("k8s/pdb.yaml", "", True),
        ("other/shop/base/pdb.yaml", "", False),
        ("other/shop/base/pdb.yaml", "shop", True),
        ("k8s/base/pdb.yaml", "other", False),
    ],
)
def test_objects_beside(path: str, namespace: str, wanted: bool) -> None:
    world = World({path: BUDGET.replace("name: b", f"name: b, namespace: '{namespace}'")})
    text = deployment(POD).replace("name: web\nspec", "name: web\n  namespace: shop\nspec")
    found = workload(text, path="k8s/base/web.yaml", world=world)
    assert bool(list(beside(found.manifest, "PodDisruptionBudget"))) is wanted


# ---- accounts


def account_of(pod: str, facts: ImageFacts | None = None) -> object:
    world = World(images={"x:1": facts}) if facts else World()
    return account(container(deployment(pod), world=world), Default(1000, "policy"))


def known(**fields: object) -> ImageFacts:
    return ImageFacts(known=True, evidence="table", **fields)  # type: ignore[arg-type]


def test_user_of_an_image() -> None:
    number = account_of(POD, known(starts_as=10001))
    assert (number.uid, number.risk, number.given) == (10001, Risk.SAFE, True)  # type: ignore[attr-defined]
    name = account_of(POD, known(starts_as="app", account=Account("app", 1500)))
    assert (name.uid, name.risk, name.given) == (1500, Risk.SAFE, False)  # type: ignore[attr-defined]
    unsure = account_of(POD, known(starts_as=472, unchecked=frozenset({"starts_as"})))
    assert unsure.risk is Risk.LOW  # type: ignore[attr-defined]
    nobody = account_of(POD, known(starts_as="app"))
    assert (nobody.uid, nobody.risk) == (1000, Risk.HIGH)  # type: ignore[attr-defined]
    grouped = account_of(POD, known(starts_as=1000, group=2000, built="Dockerfile"))
    assert grouped.group == 2000  # type: ignore[attr-defined]


def test_supervisors_need_root() -> None:
    assert account_of(POD, known(starts_as=0, drops_privileges="supervisor")) == "its supervisor starts as root (table)"


def test_group_is_written_with_the_number() -> None:
    from transforms.kubernetes.low_user_id import Params, low_user_id

    world = World(images={"x:1": known(starts_as=1000, group=2000, built="Dockerfile")})
    (found,) = low_user_id.check(workload(deployment(POD), world=world), Params())
    assert [one.value for one in found.fix.patch] == [1000, 2000]
    two = POD + "      - name: b\n        image: y:1\n"
    first, second = low_user_id.check(workload(deployment(two), world=world), Params())
    assert [one.value for one in first.fix.patch] == [1000, 2000]
    assert [one.value for one in second.fix.patch] == [1000]


# ---- resources

LIMITS = LimitParams().numbers


@pytest.mark.parametrize(
    ("resources", "limit", "request_"),
    [
        ("{}", "2Gi", "512Mi"),
        ("{requests: {memory: 300M}}", "1200M", "512Mi"),
        ("{limits: {memory: 128Mi}}", "2Gi", "128Mi"),
    ],
)
def test_numbers(resources: str, limit: str, request_: str) -> None:
    one = container(deployment(f"{POD}        resources: {resources}\n"))
    assert limit_for(one, "memory", LIMITS).value == limit
    assert request_for(one, "memory", LIMITS).value == request_


def test_heap_is_a_lower_bound() -> None:
    one = container(deployment(POD + "        args: [java, -Xmx3g]\n"))
    assert limit_for(one, "memory", LIMITS).value == "4608Mi"
    assert limit_for(one, "memory", LIMITS).because == "-Xmx3g on the command line, and half as much again"


def test_what_is_not_ours_to_limit() -> None:
    task = "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  steps:\n  - name: a\n    image: x:1\n"
    assert missing(container(task), "limits") == []
    one = container(deployment("      resources: {limits: {memory: 1Gi}}\n" + POD))
    assert missing(one, "limits") == ["cpu"]
    assert why_not(one, "cpu")
    assert why_not(container(deployment(POD)), "cpu") is None


def test_a_limit_range_elsewhere_does_not_count() -> None:
    text = "apiVersion: v1\nkind: LimitRange\nspec:\n  limits:\n  - type: Container\n    default: {cpu: 1}\n"
    here, there = World({"k8s/range.yaml": text}), World({"k8s/other/range.yaml": text})
    assert missing(container(deployment(POD), path="k8s/web.yaml", world=here), "limits") == ["memory"]
    assert missing(container(deployment(POD), path="k8s/web.yaml", world=there), "limits") == ["cpu", "memory"]


# ---- probes


@pytest.mark.parametrize(
    ("rest", "wanted"),
    [
        ("ports: [{containerPort: 9090, name: metrics}]", "metrics"),
        ("ports: [{containerPort: 1}, {containerPort: 2, name: web}]", "web"),
        ("ports: [{containerPort: 1}, {containerPort: 2}]", 1),
        ("ports: [{containerPort: 53, protocol: UDP}]", None),
        ("env: [{name: PORT, value: '7000'}]", 7000),
        ("args: [--port=7001]", 7001),
        ("args: [--port=7001]\n        ports: [{containerPort: 1}]", 1),
        ("command: [gunicorn, -b, '0.0.0.0:$(P)', app]\n        env: [{name: P, value: '7002'}]", 7002),
        ("command: [gunicorn, -b, '127.0.0.1:7003', app]", None),
        ("name: a", None),
    ],
)
def test_port_that_answers(rest: str, wanted: object) -> None:
    found = port_of(container(deployment(f"{POD}        {rest}\n")))
    assert (found.value if found else None) == wanted


def test_a_service_chooses_among_the_ports() -> None:
    service = (
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: {app: web}\n  ports: [{port: 2}]\n"
    )
    found = port_of(container(deployment(POD + "        ports: [{containerPort: 1}, {containerPort: 2}]\n") + service))
    assert found is not None
    assert found.because == "port 2: a Service sends there"


# ---- budgets


def test_budget_of_a_copy_beside_is_not_ours() -> None:
    copy = World({"release/web.yaml": deployment(POD), "release/pdb.yaml": BUDGET})
    assert not has_budget(workload(deployment(POD), path="k8s/web.yaml", world=copy))
    overlay = World({"overlay/pdb.yaml": BUDGET})
    assert has_budget(workload(deployment(POD), path="base/web.yaml", world=overlay))


def test_why_there_is_no_budget() -> None:
    text = deployment(POD)
    assert why_no_budget(workload(text)) is None
    assert why_no_budget(workload(text.replace("      app: web\n  template", "      app: other\n  template")))
    assert why_no_budget(workload(text.replace("  selector:\n    matchLabels:\n      app: web\n", "")))
    assert why_no_budget(workload(text.replace("  name: web\nspec", "  generateName: web\nspec")))


def test_where_a_budget_goes() -> None:
    text = deployment(POD)
    (made,) = new_budget(workload(text, path="k8s/web.yaml"))
    assert isinstance(made, NewFile)
    assert made.path == "k8s/web-pdb.yaml"
    taken = World({"web-pdb.yaml": BUDGET.replace("app: web", "app: x")})
    assert new_budget(workload(text, world=taken))[0].path == "web-deployment-pdb.yaml"
    assert isinstance(new_budget(workload(f"{text}---\na: 1\n"))[0], AddDocument)


class Listed(World):
    def kustomizations(self, _path: str) -> list[Object]:
        return [Object("k8s/kustomization.yaml", 0, {"resources": ["./web.yaml", "./b.yaml"]})]


def test_entry_in_a_kustomization_looks_like_the_others() -> None:
    _, joined = new_budget(workload(deployment(POD), path="k8s/web.yaml", world=Listed()))
    assert joined == Append("k8s/kustomization.yaml", 0, ("resources",), "./web-pdb.yaml")


def test_a_quorum_loses_one_at_most() -> None:
    assert budget(workload(deployment(POD, kind="StatefulSet")))["spec"] == {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {"app": "web"}},
    }


def test_autoscalers() -> None:
    text = deployment(POD)
    ref = "spec:\n  scaleTargetRef: {name: web}\n"
    hpa = f"---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: h}}\n{ref}"
    assert scaler(workload(text).manifest) is None
    assert scaler(workload(text + hpa).manifest) == ("HorizontalPodAutoscaler h", 1)
    keda = f"---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: k}}\n{ref}  minReplicaCount: 3\n"
    assert scaler(workload(text + keda).manifest) == ("ScaledObject k", 3)
    assert scaler(workload(text + keda.replace("minReplicaCount: 3", "x: 1")).manifest) == ("ScaledObject k", 0)


def test_put_of_a_patch_keeps_its_place() -> None:
    found = workload(deployment(POD))
    assert found.at("hostNetwork").put(value=False) == Put(
        "app.yaml", 0, ("spec", "template", "spec", "hostNetwork"), value=False
    )


def test_health_check_over_tls() -> None:
    test = ("CMD-SHELL", "curl -kfs https://localhost:8443/up || exit 1")
    facts = known(built="Dockerfile", health=Health(test, "image HEALTHCHECK"))
    found = of_health_check(container(deployment(POD), world=World(images={"x:1": facts})))
    assert found is not None
    assert found.handler == {"httpGet": {"path": "/up", "port": 8443, "scheme": "HTTPS"}}


@pytest.mark.parametrize(
    "line",
    [
        "curl -X POST http://localhost/x",
        "pg_isready",
        "curl -f http://other:80/",
        "curl -fsS -H 'Host: a' http://localhost/",
    ],
)
def test_health_checks_that_are_more_than_a_request(line: str) -> None:
    facts = known(built="Dockerfile", health=Health(("CMD-SHELL", line), "image HEALTHCHECK"))
    assert of_health_check(container(deployment(POD), world=World(images={"x:1": facts}))) is None

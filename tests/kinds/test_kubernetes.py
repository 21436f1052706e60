from __future__ import annotations

import pytest
from kinds.kubernetes_facts import World, container, deployment, kubernetes, manifest, workload

from fixer.finding import Environment, Fix, Risk
from fixer.formats.format import FormatError
from fixer.formats.yaml import Append, Put, Remove
from fixer.kinds.kubernetes import KIND, recognise
from fixer.kinds.kubernetes_order import order

POD = "      containers:\n      - name: a\n        image: x:1\n"


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("a.yaml", "apiVersion: v1\nkind: Pod\n", True),
        ("a.yaml", "# c\n---\nkind: Pod\napiVersion: v1\n", True),
        ("a.yaml", '"apiVersion": v1\n"kind": Pod\n', True),
        ("a.yaml", "name: x\n---\napiVersion: v1\nkind: Pod\n", True),
        ("kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", True),
        ("a.yaml", "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n", True),
        ("a.json", '{"apiVersion": "v1", "kind": "Pod"}', True),
        ("a.yaml", "{apiVersion: v1, kind: Pod}", True),
        ("a.json", '{"targets": [{"apiVersion": "v1", "kind": "Pod"}]}', False),
        ("a.json", "{", False),
        ("a.yaml", "a:\n  apiVersion: v1\n  kind: Pod\n", False),
        ("Chart.yaml", "apiVersion: v2\nname: kind\n", False),
        ("values.yaml", "# apiVersion: v1\n# kind: Pod\nimage: x\n", False),
    ],
)
def test_what_is_a_manifest(path: str, text: str, wanted: bool) -> None:
    assert recognise(path, text) is wanted


def test_templates_are_refused_by_the_format() -> None:
    with pytest.raises(FormatError, match="template"):
        kubernetes("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n")


def test_only_objects_count() -> None:
    file = kubernetes(
        "a: 1\n---\n- list\n---\n---\nkind: 3\napiVersion: v1\n---\nkind: List\napiVersion: v1\nitems:\n"
        "- kind: Pod\n  apiVersion: v1\n- 3\n- name: no kind\n---\napiVersion: v1\nkind: List\n"
    )
    assert [(one.document.index, one.path, one.title) for one in file.manifests] == [
        (4, ("items", 0), "Pod/*"),
        (5, (), "List/*"),
    ]
    assert file.nouns("Manifest") == file.manifests
    assert file.nouns("Stage") == ()
    assert file.skipped is None


def test_titles_are_unique_and_name_the_namespace() -> None:
    one = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\n"
    file = kubernetes(f"{one}---\n{one}---\nkind: Pod\napiVersion: v1\nmetadata: {{generateName: run-}}\n")
    assert [found.title for found in file.manifests] == ["Pod/shop/a", "Pod/shop/a#2", "Pod/run-*"]


@pytest.mark.parametrize(
    ("version", "kind", "path"),
    [
        ("v1", "Pod", "spec"),
        ("v1", "PodTemplate", "template.spec"),
        ("v1", "ReplicationController", "spec.template.spec"),
        ("apps/v1", "Deployment", "spec.template.spec"),
        ("extensions/v1beta1", "DaemonSet", "spec.template.spec"),
        ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec"),
        ("argoproj.io/v1alpha1", "Rollout", "spec.template.spec"),
        ("serving.knative.dev/v1", "Service", "spec.template.spec"),
        ("apps.openshift.io/v1", "DeploymentConfig", "spec.template.spec"),
        ("keda.sh/v1alpha1", "ScaledJob", "spec.jobTargetRef.template.spec"),
    ],
)
def test_pod_specs_of_every_kind(version: str, kind: str, path: str) -> None:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: a\n"
    for depth, key in enumerate(path.split(".")):
        text += f"{'  ' * depth}{key}:\n"

    pad = "  " * len(path.split("."))
    found = workload(f"{text}{pad}containers:\n{pad}- name: a\n{pad}  image: x:1\n")
    assert found.path == tuple(path.split("."))
    assert found.title == f"{kind}/a"
    assert found.containers[0].title == f"{kind}/a containers[a]"


def test_other_objects_have_none() -> None:
    assert kubernetes("apiVersion: v1\nkind: ConfigMap\ndata:\n  containers: x\n").workloads == ()
    assert kubernetes("apiVersion: example.com/v1\nkind: Deployment\nspec: {template: {spec: {}}}\n").workloads == ()


def test_several_pod_specs_and_single_containers() -> None:
    found = kubernetes(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n"
        "  - name: one\n    metadata: {labels: {app: one}}\n    container: {image: x:1}\n"
        "  - name: two\n    script: {image: y:1}\n    sidecars: [{name: s, image: z:1}]\n"
    )
    assert [one.title for one in found.workloads] == ["Workflow/w spec.templates.0", "Workflow/w spec.templates.1"]
    assert [one.title for one in found.containers] == [
        "Workflow/w spec.templates.0 container",
        "Workflow/w spec.templates.1 script",
        "Workflow/w spec.templates.1 sidecars[s]",
    ]
    assert found.workloads[0].labels == {"app": "one"}
    assert found.workloads[0].one_shot


def test_roles_and_repeated_names() -> None:
    found = kubernetes(
        deployment(
            "      initContainers:\n      - {name: a, image: x:1}\n"
            "      - {name: b, image: x:1, restartPolicy: Always}\n"
            "      containers:\n      - {name: a, image: x:1}\n      - {name: a, image: x:1}\n      - {image: x:1}\n"
            "      ephemeralContainers:\n      - {name: d, image: x:1}\n      - 3\n"
        )
    )
    assert [(one.role, one.title.partition(" ")[2]) for one in found.containers] == [
        ("container", "containers[a]"),
        ("container", "containers[a]#1"),
        ("container", "containers[2]"),
        ("init", "initContainers[a]"),
        ("sidecar", "initContainers[b]"),
        ("ephemeral", "ephemeralContainers[d]"),
    ]


def test_rubbish_is_no_crash() -> None:
    found = workload(
        deployment(
            "      securityContext: yes please\n      volumes: {a: 1}\n      containers:\n      - name: [a]\n"
            "        image: x:1\n        env: {A: 1}\n        ports: [{containerPort: http}, 3]\n"
            "        resources: none\n        volumeMounts: [{name: a}]\n"
        )
    )
    one = found.containers[0]
    assert found.security("runAsUser") is None
    assert (one.ports, one.environment, one.mounts[0].path) == ((), {}, "/")
    assert one.get("resources", "limits", "cpu") is None


def test_security_of_pod_and_container() -> None:
    found = workload(
        deployment(
            "      securityContext: {runAsUser: 1000, runAsNonRoot: true, readOnlyRootFilesystem: true}\n"
            "      containers:\n      - name: a\n        image: x:1\n        securityContext: {runAsUser: 0}\n"
            "      - name: b\n        image: x:1\n"
        )
    )
    first, second = found.containers
    assert (first.security("runAsUser"), second.security("runAsUser")) == (0, 1000)
    assert second.security("readOnlyRootFilesystem") is None
    assert (first.root, second.root) == (True, False)
    assert container(deployment(POD)).root is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (deployment(POD), None),
        (deployment("      containers:\n      - name: a\n"), "a container has no image"),
        (deployment("      containers:\n      - name: a\n        image: ' '\n"), "a container has no image"),
        (deployment("      nodeSelector: {}\n"), "a container has no image"),
        (deployment("      $patch: replace\n" + POD), "it has a directive of a patch"),
        (deployment(POD + "      - name: b\n        $patch: delete\n"), "it has a directive of a patch"),
    ],
)
def test_partial_documents(text: str, wanted: str | None) -> None:
    assert workload(text).partial == wanted


def test_partial_files_and_operators() -> None:
    patched = World(patches={"app.yaml": "it is a patch of kustomization.yaml"})
    assert workload(deployment(POD), world=patched).partial == "it is a patch of kustomization.yaml"
    text = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec:\n  containers: []\n"
    assert workload(text).partial == "Prometheus is completed by its operator"


def test_environment_comes_from_the_label_first() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {environment: Production}\n"
    assert manifest(text).environment is Environment.PROD
    assert manifest(text.replace("Production", "blue")).environment is Environment.STAGING
    assert manifest(text.replace("Production", "test"), path="prod/a.yaml").environment is Environment.DEV


@pytest.mark.parametrize("namespace", ["kube-system", "istio-system", "openshift-monitoring"])
def test_namespaces_of_the_cluster(namespace: str) -> None:
    found = workload(deployment(POD).replace("name: web\nspec", f"name: web\n  namespace: {namespace}\nspec"))
    assert found.hands_off == f"namespace {namespace} belongs to the cluster and its add-ons, which are not changed"


def test_agents_of_the_node() -> None:
    assert workload(deployment(POD)).hands_off is None
    found = workload(deployment(POD.replace("x:1", "prom/node-exporter:v1.8.1")))
    assert found.hands_off is not None
    assert "knowledge table" in found.hands_off


@pytest.mark.parametrize(
    ("pod", "wanted"),
    [
        (POD, False),
        ("      os: {name: windows}\n" + POD, True),
        ("      nodeSelector: {beta.kubernetes.io/os: windows}\n" + POD, True),
        (POD.replace("x:1", "mcr.microsoft.com/windows/nanoserver:ltsc2022"), True),
        (POD + "        volumeMounts:\n        - name: a\n          mountPath: D:\\data\n", True),
    ],
)
def test_windows(pod: str, wanted: bool) -> None:
    assert workload(deployment(pod)).windows is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (deployment(POD), True),
        (deployment(POD, kind="Job").replace("apps/v1", "batch/v1"), False),
        ("apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n", True),
        ("apiVersion: v1\nkind: Pod\nspec:\n  restartPolicy: Never\n  containers: []\n", False),
        ("apiVersion: v1\nkind: PodTemplate\ntemplate:\n  spec:\n    containers: []\n", False),
        ("apiVersion: serving.knative.dev/v1\nkind: Service\nspec:\n  template:\n    spec: {}\n", False),
    ],
)
def test_long_running(text: str, wanted: bool) -> None:
    assert workload(text).long_running is wanted


def test_volumes_and_access_modes() -> None:
    claim = (
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [ReadWriteOnce]}\n"
    )
    pod = POD + (
        "        volumeMounts:\n        - {name: data, mountPath: /data/}\n        - {name: old, mountPath: /old}\n"
        "        - {name: own, mountPath: /own}\n        - {name: tmp, mountPath: /tmp}\n"
        "      volumes:\n      - {name: data, persistentVolumeClaim: {claimName: c}}\n"
        "      - {name: old, persistentVolumeClaim: {claimName: unknown}}\n"
        "      - {name: own, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteMany]}}}}\n"
        "      - {name: tmp, emptyDir: {}}\n"
    )
    found = workload(deployment(pod) + claim)
    assert found.access_modes("data") == {"ReadWriteOnce"}
    assert found.access_modes("old") is None
    assert found.access_modes("own") == {"ReadWriteMany"}
    assert found.access_modes("tmp") == found.access_modes("none") == frozenset()
    mounts = found.containers[0].mounts
    assert [one.path for one in mounts] == ["/data", "/old", "/own", "/tmp"]
    assert [one.persistent for one in mounts] == [True, True, True, False]
    assert [one.covers("/data/a") for one in mounts] == [True, False, False, False]


def test_claims_of_a_stateful_set() -> None:
    text = deployment(POD, kind="StatefulSet")
    found = workload(
        f"{text}  volumeClaimTemplates:\n  - metadata: {{name: d}}\n    spec: {{accessModes: [ReadWriteOnce]}}\n"
    )
    assert found.access_modes("d") == {"ReadWriteOnce"}


def test_ports_that_services_send_to() -> None:
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: {app: web}\n  ports:\n"
    ports = (
        "  - {port: 80, targetPort: http}\n  - {port: 81}\n  - {port: 53, protocol: UDP}\n"
        "  - {port: 82, targetPort: '8082'}\n"
    )
    assert workload(deployment(POD) + service + ports).service_ports == (("s", "http"), ("s", 81), ("s", 8082))
    assert workload(deployment(POD) + service.replace("app: web", "app: other") + ports).service_ports == ()


def test_operations_and_findings_of_a_place() -> None:
    one = container(deployment(POD, kind="Job").replace("apps/v1", "batch/v1"))
    at = one.at("securityContext", "privileged")
    path = ("spec", "template", "spec", "containers", 0, "securityContext", "privileged")
    assert at.put(value=True) == Put("app.yaml", 0, path, value=True)
    assert at.append("x") == Append("app.yaml", 0, path, "x")
    assert at.remove() == Remove("app.yaml", 0, path)
    assert at.value is None
    assert one.at("image").own
    found = at.finding("m", Fix("t", Risk.LOW, (at.remove(),), ("known",)))
    assert found.place == "Job/web containers[a]"
    assert found.fix is not None
    assert found.fix.because == (
        "known",
        "the pods of a Job cannot be changed: delete the Job before it is applied again",
    )


def test_kubernetes_reads_old_booleans() -> None:
    assert container(deployment(POD + "        securityContext: {privileged: yes}\n")).privileged


@pytest.mark.parametrize(
    ("at", "keys"),
    [
        ((), ("apiVersion", "kind", "metadata", "spec")),
        (("spec",), ("replicas", "selector", "template")),
        (("spec", "template", "spec"), ("automountServiceAccountToken", "securityContext", "containers", "volumes")),
        (("spec", "containers", 0), ("name", "image", "ports", "env", "resources", "securityContext", "livenessProbe")),
        (("spec", "containers", 0, "resources"), ("requests", "limits")),
        (("x", "securityContext", "capabilities"), ("add", "drop")),
        (("metadata", "labels"), ()),
        ((0,), ()),
    ],
)
def test_usual_order_of_keys(at: tuple[str | int, ...], keys: tuple[str, ...]) -> None:
    usual = [key for key in order(at) if key in keys]
    assert usual == list(keys)


def test_order_of_fixes_names_each_rule_once() -> None:
    assert len(KIND.order) == len(set(KIND.order))
    assert set(KIND.waits) <= set(KIND.order)

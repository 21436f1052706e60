from __future__ import annotations

from typing import Any

import pytest

from fixer.knowledge.pod_specs import PodSpecPlace, container_lists, pod_specs

POD: dict[str, Any] = {"containers": []}


def at(path: str, value: Any = POD) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        value = [value] if key == "[]" else {key: value}

    result: dict[str, Any] = value
    return result


@pytest.mark.parametrize(
    ("version", "kind", "path", "treatment"),
    [
        ("v1", "Pod", "spec", "full"),
        ("v1", "PodTemplate", "template.spec", "full"),
        ("v1", "ReplicationController", "spec.template.spec", "full"),
        ("apps/v1", "Deployment", "spec.template.spec", "full"),
        ("apps/v1beta1", "Deployment", "spec.template.spec", "full"),
        ("extensions/v1beta1", "Deployment", "spec.template.spec", "full"),
        ("apps/v1", "StatefulSet", "spec.template.spec", "full"),
        ("apps/v1", "DaemonSet", "spec.template.spec", "full"),
        ("apps/v1", "ReplicaSet", "spec.template.spec", "full"),
        ("batch/v1", "Job", "spec.template.spec", "full"),
        ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec", "full"),
        ("batch/v1beta1", "CronJob", "spec.jobTemplate.spec.template.spec", "full"),
        ("apps.openshift.io/v1", "DeploymentConfig", "spec.template.spec", "full"),
        ("argoproj.io/v1alpha1", "Rollout", "spec.template.spec", "full"),
        ("argoproj.io/v1alpha1", "Workflow", "spec.templates.[]", "no probes"),
        ("argoproj.io/v1alpha1", "CronWorkflow", "spec.workflowSpec.templates.[]", "no probes"),
        ("serving.knative.dev/v1", "Service", "spec.template.spec", "subset"),
        ("keda.sh/v1alpha1", "ScaledJob", "spec.jobTargetRef.template.spec", "no probes"),
        ("tekton.dev/v1", "Task", "spec", "subset"),
        ("tekton.dev/v1", "TaskRun", "spec.taskSpec", "subset"),
        ("apps.kruise.io/v1alpha1", "CloneSet", "spec.template.spec", "full"),
        ("apps.kruise.io/v1beta1", "StatefulSet", "spec.template.spec", "full"),
        ("batch.volcano.sh/v1alpha1", "Job", "spec.tasks.[].template.spec", "no probes"),
        ("jobset.x-k8s.io/v1alpha2", "JobSet", "spec.replicatedJobs.[].template.spec.template.spec", "no probes"),
        ("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "spec.leaderWorkerTemplate.workerTemplate.spec", "full"),
        ("kubeflow.org/v1", "PyTorchJob", "spec.pytorchReplicaSpecs.Worker.template.spec", "no probes"),
        ("ray.io/v1", "RayCluster", "spec.workerGroupSpecs.[].template.spec", "no probes"),
        ("ray.io/v1", "RayService", "spec.rayClusterConfig.headGroupSpec.template.spec", "no probes"),
        ("ray.io/v1", "RayJob", "spec.rayClusterSpec.headGroupSpec.template.spec", "no probes"),
        ("agones.dev/v1", "Fleet", "spec.template.spec.template.spec", "no probes"),
        ("agones.dev/v1", "GameServer", "spec.template.spec", "no probes"),
        ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "spec.nodeSets.[].podTemplate.spec", "partial"),
        ("kibana.k8s.elastic.co/v1", "Kibana", "spec.podTemplate.spec", "partial"),
        ("kafka.strimzi.io/v1beta2", "Kafka", "spec.kafka.template.pod", "partial"),
        ("monitoring.coreos.com/v1", "Prometheus", "spec", "partial"),
        ("postgresql.cnpg.io/v1", "Cluster", "spec", "partial"),
    ],
)
def test_places(version: str, kind: str, path: str, treatment: str) -> None:
    wanted = tuple(0 if key == "[]" else key for key in path.split("."))
    places = pod_specs({"apiVersion": version, "kind": kind} | at(path))

    assert (wanted, treatment) in [(place.path, place.treatment) for place in places]
    assert {place.treatment for place in places} == {treatment}


def test_every_item_of_a_list_and_every_key_of_a_wildcard() -> None:
    replicas = {"Master": at("template.spec"), "Worker": at("template.spec")}
    job = {"apiVersion": "kubeflow.org/v1", "kind": "TFJob", "spec": {"tfReplicaSpecs": replicas, "runPolicy": {}}}
    ray = {"apiVersion": "ray.io/v1", "kind": "RayCluster"} | at(
        "spec", {"headGroupSpec": at("template.spec"), "workerGroupSpecs": [at("template.spec"), at("template.spec")]}
    )

    assert [place.path[2] for place in pod_specs(job)] == ["Master", "Worker"]
    assert [place.path[1:3] for place in pod_specs(ray)] == [
        ("headGroupSpec", "template"),
        ("workerGroupSpecs", 0),
        ("workerGroupSpecs", 1),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"apiVersion": "v1", "kind": "Service", "spec": {}},
        {"apiVersion": "v1", "kind": "ConfigMap"},
        {"apiVersion": "apps/v1", "kind": "Deployment"},
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": None},
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": None}}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": []}},
        {"apiVersion": 1, "kind": "Pod", "spec": {}},
        {"apiVersion": "v1", "kind": ["Pod"], "spec": {}},
        {"apiVersion": "example.com/v1", "kind": "Deployment"} | at("spec.template.spec"),
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": {"workloadRef": {"name": "x"}}},
    ],
)
def test_none(data: dict[str, Any]) -> None:
    assert pod_specs(data) == ()


def test_a_rollout_that_refers_to_a_workload_has_no_pod_spec_of_its_own() -> None:
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"} | at("spec.template.spec")
    rollout["spec"]["workloadRef"] = {"name": "x"}

    assert pod_specs(rollout) == ()


def test_container_lists() -> None:
    assert container_lists("apps/v1", "Deployment").init == ("initContainers",)
    assert container_lists("argoproj.io/v1alpha1", "Rollout").containers == ("containers",)
    assert container_lists("argoproj.io/v1alpha1", "Workflow").single == ("container", "script")
    assert container_lists("tekton.dev/v1", "Task").containers == ("steps",)


def test_place_is_a_value() -> None:
    assert pod_specs({"apiVersion": "v1", "kind": "Pod", "spec": {}}) == (PodSpecPlace(("spec",), "full"),)

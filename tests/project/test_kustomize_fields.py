"""Which fields kustomizations read and write, and which images their components set."""

from __future__ import annotations

from pathlib import Path

from fixer.project import Disk, Project

OVERLAY = """\
resources: [../base]
components: [../part]
vars:
  - name: IMAGE
    objref: {kind: Deployment, name: web, apiVersion: apps/v1}
    fieldref: {fieldpath: "spec.template.spec.containers[0].image"}
  - name: NAME
    objref: {kind: Service, name: web, apiVersion: v1}
images:
  - {name: nginx, newTag: "1.28"}
"""
COMPONENT = """\
kind: Component
images:
  - {name: redis, newName: example/redis}
patchesJson6902:
  - target: {kind: Deployment, name: web, version: v1}
    path: change.yaml
replacements:
  - path: many.yaml
"""
CHANGE = """\
- {op: add, path: /metadata/annotations/a~1b, value: c}
- {op: remove, path: /spec/replicas}
"""
MANY = """\
- source: {kind: ConfigMap, name: a, fieldPath: data.version}
  targets:
    - select: {kind: Deployment}
      fieldPaths: ["spec.template.spec.containers.[name=a.b].image", "spec.template.spec.initContainers.*.image"]
- just: rubbish
"""
FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
    "prod/kustomization.yaml": OVERLAY,
    "part/kustomization.yaml": COMPONENT,
    "part/change.yaml": CHANGE,
    "part/many.yaml": MANY,
}


def project(folder: Path, files: dict[str, str]) -> Project:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return Project(Disk(str(folder)), sorted(files))


def test_fields_of_an_overlay_and_its_component(tmp_path: Path) -> None:
    uses = project(tmp_path, FILES).field_uses("base/web.yaml")
    containers = ("spec", "template", "spec", "containers")
    assert [(use.user, use.kind, use.name, use.field, use.always) for use in uses] == [
        ("prod/kustomization.yaml", "Deployment", "web", (*containers, "0", "image"), True),
        ("part/kustomization.yaml", "ConfigMap", "a", ("data", "version"), True),
        ("part/kustomization.yaml", "Deployment", "", (*containers, "[name=a.b]", "image"), True),
        (
            "part/kustomization.yaml",
            "Deployment",
            "",
            ("spec", "template", "spec", "initContainers", "*", "image"),
            True,
        ),
        ("part/kustomization.yaml", "Deployment", "web", ("metadata", "annotations", "a/b"), False),
    ]
    assert {use.how for use in uses} == {
        "reads it for vars",
        "reads it for replacements",
        "writes a part of it by replacements",
        "writes it by a JSON 6902 patch",
    }


def test_images_of_components_count_as_those_of_the_overlay(tmp_path: Path) -> None:
    [base, overlay] = project(tmp_path, FILES).overlays("base/web.yaml")
    assert "images" not in base.data
    assert [image["name"] for image in overlay.data["images"]] == ["redis", "nginx"]


def test_broken_files_and_circles_say_nothing(tmp_path: Path) -> None:
    broken = {
        "part/change.yaml": "a: [",
        "part/many.yaml": "",
        "part/kustomization.yaml": COMPONENT + "components: [.]\n",
    }
    uses = project(tmp_path, FILES | broken).field_uses("base/web.yaml")
    assert {use.user for use in uses} == {"prod/kustomization.yaml"}

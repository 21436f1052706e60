"""Text that several places share: changed at the anchor, copied, or refused with the names of the others."""

from __future__ import annotations

from formats.yaml.editing import (
    COMPOSE,
    KUBERNETES,
    append,
    edit,
    joint,
    load,
    lowered,
    proven,
    put,
    refusal,
    remove,
    rename,
)

TWO = """\
x-base: &base
  privileged: true
  deploy:
    replicas: 1
services:
  web:
    <<: *base
    image: a
  db:
    <<: *base
    image: b
"""

ALIAS = """\
x-deploy: &d
  replicas: 1
  resources:
    limits:
      cpus: "1"
services:
  web:
    deploy: *d
  db:
    deploy: *d
"""

SERVICE = """\
services:
  web: &web
    image: a
    cap_add:
      - X
  worker:
    <<: *web
    image: b
"""


def test_everybody_wants_it_so_it_goes_to_the_anchor() -> None:
    wishes = [[put("services web privileged", False)], [put("services db privileged", False)]]
    assert joint(TWO, *wishes, habits=COMPOSE) == TWO.replace("privileged: true", "privileged: false")


def test_the_first_owner_owns_the_edit_and_the_effects_name_every_place() -> None:
    result = lowered(TWO, [put("services web privileged", False)], [put("services db privileged", False)])
    assert [one.owner for one in result.edits] == [0]
    assert result.done == {0, 1}
    places = {effect.at for effect in result.effects}  # type: ignore[attr-defined]
    assert places == {("x-base", "privileged"), ("services", "web", "privileged"), ("services", "db", "privileged")}


def test_one_wants_it_so_it_overrides() -> None:
    after = edit(TWO, put("services web privileged", False), habits=COMPOSE)
    assert after == TWO.replace("    image: a\n", "    image: a\n    privileged: false\n")


def test_a_nested_value_is_copied_with_the_change() -> None:
    after = edit(TWO, put("services web deploy mode", "global"), habits=COMPOSE)
    copy = "    image: a\n    deploy:\n      replicas: 1\n      mode: global\n"
    assert after == TWO.replace("    image: a\n", copy)


def test_two_changes_of_one_fix_share_the_copy() -> None:
    operations = put("services web deploy mode", "global"), put("services web deploy replicas", 2)
    after = edit(TWO, *operations, habits=COMPOSE)
    copy = "    image: a\n    deploy:\n      replicas: 2\n      mode: global\n"
    assert after == TWO.replace("    image: a\n", copy)


def test_a_second_fix_waits_for_the_copy() -> None:
    result = lowered(TWO, [put("services web deploy mode", "global")], [put("services web deploy replicas", 2)])
    assert result.done == {0}
    assert result.deferred == {1}


def test_a_missing_key_is_added_locally() -> None:
    after = edit(TWO, put("services db restart", "always"), habits=COMPOSE)
    assert after == TWO + "    restart: always\n"


def test_a_mapping_behind_an_alias_is_merged_over() -> None:
    after = edit(ALIAS, put("services web deploy mode", "global"), habits=COMPOSE)
    assert after == ALIAS.replace("  web:\n    deploy: *d\n", "  web:\n    deploy:\n      <<: *d\n      mode: global\n")


def test_deeper_change_behind_an_alias_copies_one_level() -> None:
    after = edit(ALIAS, put("services db deploy resources limits memory", "1g"), habits=COMPOSE)
    merged = '      <<: *d\n      resources:\n        limits:\n          cpus: "1"\n          memory: 1g\n'
    assert after == ALIAS.replace("  db:\n    deploy: *d\n", "  db:\n    deploy:\n" + merged)


def test_both_want_it_behind_the_alias() -> None:
    wishes = [[put("services web deploy mode", "x")], [put("services db deploy mode", "x")]]
    anchored = '      cpus: "1"\n  mode: x\nservices'
    assert joint(ALIAS, *wishes, habits=COMPOSE) == ALIAS.replace('      cpus: "1"\nservices', anchored)


def test_taking_away_behind_an_alias_copies_the_rest() -> None:
    after = edit(ALIAS, remove("services web deploy resources"), habits=COMPOSE)
    assert after == ALIAS.replace("  web:\n    deploy: *d\n", "  web:\n    deploy:\n      replicas: 1\n")


def test_the_alias_itself_is_replaced() -> None:
    after = edit(ALIAS, put("services web deploy", {"replicas": 3}), habits=COMPOSE)
    assert after == ALIAS.replace("  web:\n    deploy: *d\n", "  web:\n    deploy:\n      replicas: 3\n")


def test_the_alias_itself_is_removed() -> None:
    text = "a: &a 1\nb:\n  c: *a\n  d: 2\n"
    assert edit(text, remove("b c")) == "a: &a 1\nb:\n  d: 2\n"


def test_a_list_behind_an_alias_is_copied() -> None:
    text = "x-c: &c [A, B]\ns:\n  w:\n    cap: *c\n  v:\n    cap: *c\n"
    after = edit(text, append("s w cap", "C"), habits=COMPOSE)
    assert after == text.replace("  w:\n    cap: *c\n", "  w:\n    cap:\n      - A\n      - B\n      - C\n")


def test_a_list_is_appended_to_once_when_all_want_it() -> None:
    text = "x-c: &c [A]\ns:\n  w:\n    cap: *c\n  v:\n    cap: *c\n"
    assert joint(text, [append("s w cap", "C")], [append("s v cap", "C")]) == text.replace("[A]", "[A, C]")


def test_in_flow_style_the_alias_is_merged_over() -> None:
    text = "d: &d {r: 1}\ns: {w: {deploy: *d}}\n"
    assert edit(text, put("s w deploy mode", 2)) == "d: &d {r: 1}\ns: {w: {deploy: {<<: *d , mode: 2}}}\n"


def test_the_anchored_service_itself_names_who_shares_it() -> None:
    sentence = refusal(SERVICE, put("services web restart", "always"), habits=COMPOSE)
    assert sentence == "the text at services.web.restart is shared through an anchor with services.worker.restart"


def test_the_anchored_service_changes_when_the_other_wants_it_too() -> None:
    wishes = [[put("services worker restart", "always")], [put("services web restart", "always")]]
    assert joint(SERVICE, *wishes, habits=COMPOSE) == SERVICE.replace("      - X\n", "      - X\n    restart: always\n")


def test_an_own_value_hides_the_anchor() -> None:
    assert edit(SERVICE, put("services web image", "c"), habits=COMPOSE) == SERVICE.replace("image: a", "image: c")
    assert edit(SERVICE, put("services worker image", "c"), habits=COMPOSE) == SERVICE.replace("image: b", "image: c")


def test_an_inherited_key_cannot_be_taken_away_here() -> None:
    sentence = refusal(SERVICE, remove("services worker cap_add"), habits=COMPOSE)
    assert sentence == "services.worker.cap_add comes from the anchor &web and cannot be taken away here alone"


def test_an_inherited_key_goes_when_all_want_it() -> None:
    wishes = [[remove("services worker cap_add")], [remove("services web cap_add")]]
    assert joint(SERVICE, *wishes, habits=COMPOSE) == SERVICE.replace("    cap_add:\n      - X\n", "")


def test_a_wish_of_a_refused_fix_does_not_count() -> None:
    wishes = [
        [put("services web privileged", False)],
        [put("services db privileged", False), put("services db image x", 1)],
    ]
    result = lowered(TWO, *wishes, habits=COMPOSE)
    assert result.done == {0}
    assert 1 in result.refused
    after = proven(load(TWO, COMPOSE), result)
    assert "privileged: true" in after
    assert "    image: a\n    privileged: false\n" in after


def test_an_anchored_scalar_changes_when_all_want_it() -> None:
    text = "a: &v true\nb: *v\n"
    assert joint(text, [put("b", False)], [put("a", False)]) == "a: &v false\nb: *v\n"


def test_an_anchored_scalar_is_not_changed_for_one() -> None:
    assert refusal("a: &v true\nb: *v\n", put("a", False)) == "the text at a is shared through an anchor with b"


def test_an_alias_to_a_scalar_is_replaced_for_one() -> None:
    assert edit("a: &v true\nb: *v\n", put("b", False)) == "a: &v true\nb: false\n"


def test_an_anchor_without_users_is_edited_in_place() -> None:
    assert edit("a: &v true\n", put("a", False)) == "a: &v false\n"
    assert edit("a: &v\n  b: 1\n", put("a c", 2)) == "a: &v\n  b: 1\n  c: 2\n"


def test_what_aliases_use_is_not_removed() -> None:
    assert refusal("a: &v 1\nb: *v\nc: 1\n", remove("a")) == "aliases use what stands at a"
    assert refusal("a:\n  d: &v 1\nb: *v\n", put("a", 1)) == "aliases use what stands at a"


def test_the_first_of_a_list_of_merges_wins() -> None:
    text = "a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  <<: [*a, *b]\n"
    document = load(text).documents[0]
    assert document.data["c"] == {"x": 1, "z": 3}
    assert document.origin(("c", "x")) == "a"
    assert document.origin(("c", "z")) == "b"
    assert document.dependents(("b", "x")) == [("b", "x")]
    assert document.dependents(("c", "z")) == [("b", "z"), ("c", "z")]


def test_the_nearest_anchor_of_a_name_wins() -> None:
    text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n"
    assert load(text).documents[0].data == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_merged_container_in_a_list() -> None:
    """Bug 5: an anchored container merged into its siblings."""
    text = "cs:\n- &c\n  name: a\n  image: x\n- <<: *c\n  name: b\n"
    assert "cs[1].restart" in refusal(text, put("cs 0 restart", 1))
    wishes = [[put("cs 0 restart", 1)], [put("cs 1 restart", 1)]]
    assert joint(text, *wishes) == text.replace("  image: x\n", "  image: x\n  restart: 1\n")
    assert edit(text, put("cs 1 restart", 1)) == text + "  restart: 1\n"


def test_a_rename_of_shared_text_needs_all() -> None:
    assert "services.worker.cap_add" in refusal(SERVICE, rename("services web cap_add", "cap"), habits=COMPOSE)
    wishes = [[rename("services web cap_add", "cap")], [rename("services worker cap_add", "cap")]]
    assert joint(SERVICE, *wishes, habits=COMPOSE) == SERVICE.replace("cap_add", "cap")


def test_a_tag_in_the_copy_is_refused() -> None:
    text = "x: &x\n  d:\n    e: !reset null\ns:\n  <<: *x\n"
    assert (
        refusal(text, put("s d f", 1), habits=COMPOSE) == "the inherited value has the tag !reset and cannot be copied"
    )


def test_a_copy_in_text_that_is_shared_is_refused() -> None:
    text = "d: &d {r: 1}\nx: &x\n  deploy: *d\ns:\n  a: *x\n  b: *x\n"
    places = "the text at x.deploy is shared through an anchor with s.a.deploy, s.b.deploy"
    assert refusal(text, put("x deploy mode", 1)) == places


def test_a_copy_below_what_is_renamed_waits() -> None:
    text = "d: &d {r: 1}\ns:\n  a: *d\nt: 1\n"
    result = lowered(text, [rename("s", "z")], [put("s a mode", 1)])
    assert (result.done, result.deferred) == ({0}, {1})


def test_two_copies_of_one_list_merge_into_one_insertion() -> None:
    after = edit(TWO, put("services web deploy a", 1), put("services web deploy b", 2), habits=COMPOSE)
    assert after.count("deploy:") == 2
    assert "    deploy:\n      replicas: 1\n      a: 1\n      b: 2\n" in after


def test_two_changes_behind_one_alias() -> None:
    after = edit(ALIAS, put("services web deploy a", 1), put("services web deploy b", 2), habits=COMPOSE)
    assert "  web:\n    deploy:\n      <<: *d\n      a: 1\n      b: 2\n" in after


def test_a_second_fix_behind_one_alias_waits() -> None:
    result = lowered(ALIAS, [put("services web deploy a", 1)], [put("services web deploy b", 2)], habits=COMPOSE)
    assert (result.done, result.deferred) == ({0}, {1})


def test_own_and_origin() -> None:
    document = load(TWO, KUBERNETES).documents[0]
    assert document.own(("services", "web", "image"))
    assert not document.own(("services", "web", "privileged"))
    assert not document.own(("services", "web", "nothing"))
    assert document.origin(("services", "web", "privileged")) == "base"
    assert document.origin(("services", "web", "deploy", "replicas")) == "base"
    assert document.origin(("services", "web", "image")) is None


def test_dependents_of_a_missing_key() -> None:
    document = load(SERVICE).documents[0]
    both = [("services", "web", "tty"), ("services", "worker", "tty")]
    assert document.dependents(("services", "web", "tty")) == both
    assert document.dependents(("services", "worker", "tty")) == [("services", "worker", "tty")]
    assert document.dependents(("services", "web", "image")) == [("services", "web", "image")]

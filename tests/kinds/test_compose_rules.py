"""What golden cases cannot show: rules on files that lean on others which are not part of the run."""

from __future__ import annotations

from kinds.compose_facts import World, compose

from fixer.kinds.compose import Service
from transforms.compose.privilege_escalation import privilege_escalation
from transforms.compose.privileged_container import privileged_container

BASE = (
    "services:\n  base:\n    image: nginx:1.27\n    privileged: true\n    security_opt: ['no-new-privileges:false']\n"
)


def extending() -> Service:
    world = World({"base.yml": BASE})
    return compose("services:\n  a:\n    extends: {file: base.yml, service: base}\n", world=world).services[0]


def test_an_option_that_another_file_switches_off_is_reported() -> None:
    (finding,) = privilege_escalation.check(extending())
    assert (
        finding.unfixable
        == "the option is switched off in the service that this one extends, and lists are only added to"
    )


def test_privileges_that_another_file_gives_are_taken_back() -> None:
    (finding,) = privileged_container.check(extending())
    assert finding.fix is not None
    assert finding.fix.patch == (extending().at("privileged").put(value=False),)

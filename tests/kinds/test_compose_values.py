from __future__ import annotations

import pytest

from fixer.formats.yaml import Tagged
from fixer.kinds.compose_mounts import mounts
from fixer.kinds.compose_ports import ports
from fixer.kinds.compose_values import escaped, expand, names, number, pairs, plain, size, strings, text, truth, words


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("plain", "plain"),
        ("a$$b", "a$b"),
        ("${TAG:-1.27}", "1.27"),
        ("x-${TAG-}-y", "x--y"),
        ("${OUTER:-${INNER:-deep}}", "deep"),
        ("${TAG}", None),
        ("$TAG", None),
        ("${TAG:?say it}", None),
        ("${TAG:+set}", None),
        ("costs $5", "costs $5"),
    ],
)
def test_variables_are_replaced_by_their_defaults(written: str, wanted: str | None) -> None:
    assert expand(written) == wanted


def test_dollars_are_doubled_and_read_back() -> None:
    assert expand(escaped('test "$X" = ${Y}')) == 'test "$X" = ${Y}'


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (True, True),
        ("yes", True),
        ("ON", True),
        ("${X:-true}", True),
        ("false", False),
        ("no", False),
        ("${X}", None),
        (3, None),
    ],
)
def test_booleans(written: object, wanted: bool | None) -> None:
    assert truth(written) is wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("512m", 512 * 1024**2),
        ("1.5G", 3 * 1024**3 // 2),
        ("2gb", 2 * 1024**3),
        (1024, 1024),
        ("${M}", None),
        ("lots", None),
    ],
)
def test_sizes(written: object, wanted: int | None) -> None:
    assert size(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"), [("0.5", 0.5), (2, 2.0), ("${N:-3}", 3.0), ("${N}", None), (True, None)]
)
def test_numbers(written: object, wanted: float | None) -> None:
    assert number(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("sh -c \"echo 'a b'\"", ("sh", "-c", "echo 'a b'")),
        (["npm", "start", 3000], ("npm", "start", "3000")),
        ("--flag='a b' c\\ d", ("--flag=a b", "c d")),
        ("it's unbalanced", ("it", "s", "unbalanced")),
        (None, ()),
    ],
)
def test_words_of_a_command(written: object, wanted: tuple[str, ...]) -> None:
    assert words(written) == wanted


def test_environment_as_mapping_and_as_list() -> None:
    assert pairs({"A": 1, "B": None, "C": True}) == {"A": "1", "B": "", "C": "true"}
    assert pairs(["A=1=2", "B"]) == {"A": "1=2", "B": ""}
    assert pairs(None) == {}


def test_tags_of_compose() -> None:
    assert plain(Tagged("!override", [1])) == [1]
    assert plain(Tagged("!reset", [1])) is None
    assert plain("x") == "x"


def test_small_readers() -> None:
    assert strings("one") == ["one"]
    assert strings(["one", 2]) == ["one", "2"]
    assert strings(None) == []
    assert names({"a": None}) == ["a"]
    assert names(["a", 1]) == ["a", "1"]
    assert names("a") == []
    assert text("${X}/y") == "${X}/y"


@pytest.mark.parametrize(
    ("written", "everywhere", "container", "bound"),
    [
        ("5432:5432", True, 5432, "127.0.0.1:5432:5432"),
        (6379, True, 6379, "127.0.0.1::6379"),
        ("0.0.0.0:53:53/udp", True, 53, "127.0.0.1:53:53/udp"),
        ("[::]:80:8080", True, 8080, "127.0.0.1:80:8080"),
        ("127.0.0.1:80:8080", False, 8080, "127.0.0.1:80:8080"),
        ("[::1]:80:8080", False, 8080, "127.0.0.1:80:8080"),
        ("${IP-[::]}:80:8080", True, 8080, "${IP-127.0.0.1}:80:8080"),
        ("${IP:-0.0.0.0}:80:8080", True, 8080, "${IP:-127.0.0.1}:80:8080"),
        ("${P:-80}:8080", True, 8080, "127.0.0.1:${P:-80}:8080"),
        ("8000-8002:9000-9002/tcp", True, 9000, "127.0.0.1:8000-8002:9000-9002/tcp"),
    ],
)
def test_short_ports(written: object, everywhere: bool, container: int, bound: str) -> None:
    (port,) = ports([written])
    assert port.everywhere is everywhere
    assert port.numbers[0] == container
    assert port.bound("127.0.0.1") == bound


def test_long_ports() -> None:
    one, two = ports([{"target": 80, "published": "8080", "host_ip": "127.0.0.1", "mode": "host"}, {"target": 90}])
    assert (one.text, one.everywhere, one.mode, list(one.host_numbers)) == ("8080:80", False, "host", [8080])
    assert (two.text, two.everywhere, two.long, list(two.host_numbers)) == ("90", True, True, [])


def test_what_is_no_port() -> None:
    assert list(ports(None)) == []
    assert list(ports([None, True])) == []
    assert list(next(ports(["${P}"])).numbers) == []


def test_a_range_beyond_all_ports_is_none() -> None:
    huge = "9" * 5000
    [wide, long, fine] = ports(["1-99999999999:1-99999999999", f"{huge}:80", "8000-8001:80-81"])
    assert (len(wide.numbers), len(wide.host_numbers)) == (0, 0)
    assert (len(long.host_numbers), list(long.numbers)) == (0, [80])
    assert list(fine.numbers) == [80, 81]


def test_mounts() -> None:
    found = list(
        mounts(
            {
                "volumes": [
                    "data:/var/lib/x",
                    "./conf:/etc/x:ro",
                    "/anonymous",
                    None,
                    "${DIR:-./d}:/d:rw,z",
                    {"type": "bind", "source": "/a", "target": "/b", "read_only": True},
                ],
                "tmpfs": "/run:size=1m",
            }
        )
    )
    assert [(one.type, one.source, one.target, one.read_only) for one in found] == [
        ("volume", "data", "/var/lib/x", False),
        ("bind", "./conf", "/etc/x", True),
        ("volume", "", "/anonymous", False),
        ("bind", "./d", "/d", False),
        ("bind", "/a", "/b", True),
        ("tmpfs", "", "/run", False),
    ]
    assert found[0].covers("/var/lib/x/deep")
    assert not found[0].covers("/var/lib/xy")

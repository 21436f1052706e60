from __future__ import annotations

import pytest

from fixer.knowledge.heap import heap_bytes

MB, GB = 1024**2, 1024**3


@pytest.mark.parametrize(
    ("env", "argv", "size", "because"),
    [
        ({"JAVA_OPTS": "-Xms512m -Xmx2g"}, None, 2 * GB, "-Xmx2g in JAVA_OPTS"),
        ({"ES_JAVA_OPTS": "-Xms1g -Xmx1g"}, None, GB, "-Xmx1g in ES_JAVA_OPTS"),
        ({"JAVA_TOOL_OPTIONS": "-Xmx512M -XX:+UseG1GC"}, None, 512 * MB, "-Xmx512M in JAVA_TOOL_OPTIONS"),
        ({"KAFKA_HEAP_OPTS": "-Xmx1G -Xms256m"}, (), GB, "-Xmx1G in KAFKA_HEAP_OPTS"),
        ({"ES_JAVA_OPTS": "-Xms4g"}, None, 4 * GB, "-Xms4g in ES_JAVA_OPTS"),
        ({}, ("java", "-Xmx300m", "-jar", "app.jar"), 300 * MB, "-Xmx300m on the command line"),
        ({}, ("sh", "-c", "java -Xmx300m -jar app.jar"), 300 * MB, "-Xmx300m on the command line"),
        ({"NODE_OPTIONS": "--max-old-space-size=4096"}, None, 4096 * MB, "--max-old-space-size=4096 in NODE_OPTIONS"),
        ({"NODE_OPTIONS": "--max_old_space_size=512"}, None, 512 * MB, "--max-old-space-size=512 in NODE_OPTIONS"),
        ({}, ("node", "--max-old-space-size", "512", "x.js"), 512 * MB, "--max-old-space-size=512 on the command line"),
        ({}, ("redis-server", "--maxmemory", "256mb"), 256 * MB, "maxmemory 256mb on the command line"),
        ({}, ("redis-server", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"), 256 * MB,
         "maxmemory 256mb on the command line"),
        ({}, ("mysqld", "--innodb-buffer-pool-size=1G"), GB, "innodb-buffer-pool-size 1G on the command line"),
        ({}, ("mysqld", "--innodb_buffer_pool_size=536870912"), 512 * MB,
         "innodb_buffer_pool_size 536870912 on the command line"),
        ({}, ("postgres", "-c", "shared_buffers=256MB"), 256 * MB, "shared_buffers 256MB on the command line"),
        ({}, ("postgres", "-cshared_buffers=256MB"), 256 * MB, "shared_buffers 256MB on the command line"),
        ({}, ("mongod", "--wiredTigerCacheSizeGB", "1.5"), 1536 * MB, "wiredTigerCacheSizeGB 1.5 on the command line"),
        ({"MAX_HEAP_SIZE": "1G"}, None, GB, "MAX_HEAP_SIZE asks for 1G"),
        ({"JAVA_OPTS": "-Xmx1g", "NODE_OPTIONS": "--max-old-space-size=2048"}, None, 2 * GB,
         "--max-old-space-size=2048 in NODE_OPTIONS"),
    ],
)  # fmt: skip
def test_heap_bytes(env: dict[str, str], argv: tuple[str, ...] | None, size: int, because: str) -> None:
    assert heap_bytes(env, argv) == (size, because)


@pytest.mark.parametrize(
    ("env", "argv"),
    [
        (None, None),
        ({}, ()),
        ({"JAVA_OPTS": "-XX:MaxRAMPercentage=75"}, None),
        ({"JAVA_OPTS": "-Xmx${HEAP}"}, None),
        ({"JAVA_OPTS": "-Xmx1gx"}, None),
        ({}, ("redis-server", "--maxmemory", "0")),
        ({}, ("redis-server", "--maxmemory-policy", "allkeys-lru")),
        ({"NODE_OPTIONS": "--enable-source-maps"}, ("node", "x.js")),
        ({"MAX_HEAP_SIZE": "$HEAP"}, None),
    ],
)
def test_nothing_is_said(env: dict[str, str] | None, argv: tuple[str, ...] | None) -> None:
    assert heap_bytes(env, argv) is None

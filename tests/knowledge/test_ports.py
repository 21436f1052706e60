from __future__ import annotations

import shlex

import pytest

from fixer.knowledge.ports import (
    PortEvidence,
    framework_default,
    ports_of_command,
    ports_of_environment,
    server_of,
)

COMMANDS = [
    ("uvicorn main:app --host 0.0.0.0 --port 8000", [8000]),
    ("uvicorn main:app --port=8001", [8001]),
    ("python -m uvicorn app.main:app --host 0.0.0.0 --port 80", [80]),
    ("python3.12 -u -m uvicorn app.main:app --port 80", [80]),
    ("poetry run uvicorn main:app --port 9000", [9000]),
    ("uv run --no-dev uvicorn main:app --port 9000", [9000]),
    ("pipenv run uvicorn main:app --port 9000", [9000]),
    ("uvicorn main:app --uds /tmp/app.sock", []),
    ("uvicorn main:app --fd 3", []),
    ("uvicorn main:app", []),
    ("hypercorn app:app --bind 0.0.0.0:8080", [8080]),
    ("hypercorn -b '[::]:8080' app:app", [8080]),
    ("hypercorn -b 0.0.0.0:8080 -b 0.0.0.0:8443 app:app", [8080, 8443]),
    ("daphne -b 0.0.0.0 -p 8001 project.asgi:application", [8001]),
    ("daphne -u /tmp/daphne.sock project.asgi:application", []),
    ("gunicorn -b 0.0.0.0:5000 app:app", [5000]),
    ("gunicorn --bind=:8000 app:app", [8000]),
    ("gunicorn -b :8000 -w 4 app:app", [8000]),
    ("gunicorn --bind unix:/run/app.sock app:app", []),
    ("gunicorn -b unix:/run/app.sock -b 0.0.0.0:8000 app:app", [8000]),
    ("gunicorn -c gunicorn.conf.py app:app", []),
    ("gunicorn app:app --workers 4 --timeout 120", []),
    ("gunicorn app.wsgi:application -b0.0.0.0:8000", [8000]),
    ("flask run --host=0.0.0.0 --port=5001", [5001]),
    ("flask run -p 8080", [8080]),
    ("flask --app hello run -h 0.0.0.0 -p 8080", [8080]),
    ("python -m flask run --host=0.0.0.0 -p 5000", [5000]),
    ("python manage.py runserver 0.0.0.0:8000", [8000]),
    ("python manage.py runserver 8000", [8000]),
    ("python manage.py runserver --noreload 0.0.0.0:8080", [8080]),
    ("python manage.py runserver", []),
    ("python manage.py runserver --workers 4 0.0.0.0:8000", [8000]),
    ("python manage.py runserver --workers 4", []),
    ("python manage.py runserver --settings=config.settings.dev 8000", [8000]),
    ("./manage.py runserver [::]:8000", [8000]),
    ("django-admin runserver 0:8000", [8000]),
    ("streamlit run app.py --server.port=8501 --server.address=0.0.0.0", [8501]),
    ("streamlit run app.py --server.port 8502", [8502]),
    ("fastapi run app/main.py --port 80", [80]),
    ("next start -p 3001", [3001]),
    ("npx next start --port 3001", [3001]),
    ("node node_modules/.bin/next start -p 3001", [3001]),
    ("node node_modules/next/dist/bin/next start -p 3001", [3001]),
    ("next build", []),
    ("vite preview --host --port 4000", [4000]),
    ("vite --port 3000", [3000]),
    ("serve -s build -l 3000", [3000]),
    ("npx serve -s dist -l tcp://0.0.0.0:5000", [5000]),
    ("serve -s build -p 80", [80]),
    ("http-server dist -p 8080", [8080]),
    ("npx http-server ./dist -p8081", [8081]),
    ("rails server -b 0.0.0.0 -p 3000", [3000]),
    ("bundle exec rails s -p 3000 -b 0.0.0.0", [3000]),
    ("bin/rails server -p 3001", [3001]),
    ("bundle exec puma -p 3000", [3000]),
    ("bundle exec puma -b tcp://0.0.0.0:9292", [9292]),
    ("bundle exec puma -b unix:///tmp/puma.sock", []),
    ("bundle exec puma -C config/puma.rb", []),
    ("rackup -o 0.0.0.0 -p 4567", [4567]),
    ("php artisan serve --host=0.0.0.0 --port=8000", [8000]),
    ("php -S 0.0.0.0:8000 -t public", [8000]),
    ("php -S localhost:8080 router.php", [8080]),
    ("java -Dserver.port=8081 -jar app.jar", [8081]),
    ("java -jar app.jar --server.port=8082", [8082]),
    ("java -Dquarkus.http.port=8083 -jar quarkus-run.jar", [8083]),
    ("java -jar app.jar", []),
    ("mvn spring-boot:run -Dserver.port=8084", [8084]),
    ("dotnet App.dll --urls http://*:8080", [8080]),
    ("dotnet App.dll --urls=http://+:80;https://+:443", [80, 443]),
    ("dotnet App.dll", []),
    ("caddy file-server --listen :8080", [8080]),
    ("caddy run --config /etc/caddy/Caddyfile", []),
    ("caddy reverse-proxy --from :8080 --to app:9000", [8080]),
    ("python -m http.server 8000", [8000]),
    ("python3 -m http.server --bind 0.0.0.0 8080", [8080]),
    ("python -m http.server", []),
    ("uwsgi --http :8000 --module app", [8000]),
    ("uwsgi --http-socket 0.0.0.0:8000 --ini app.ini", [8000]),
    ("uwsgi --socket 0.0.0.0:3031 --module app", [3031]),
    ("uwsgi --socket /tmp/app.sock --module app", []),
    ("redis-server --port 6380", [6380]),
    ("mysqld --port=3307", [3307]),
    ("postgres -c max_connections=200", []),
    ("postgres -p 5433", [5433]),
    ("mongod --port 27018 --bind_ip_all", [27018]),
    ("jupyter lab --ip=0.0.0.0 --port=8888 --no-browser", [8888]),
    ("mlflow server --host 0.0.0.0 --port 5000", [5000]),
    ("vllm serve model --port 8000", [8000]),
    ("python -m vllm.entrypoints.openai.api_server --model x --port 8001", [8001]),
    ("celery -A proj flower --port=5555", [5555]),
    ("celery -A proj worker -l info", []),
    ("airflow webserver -p 8081", [8081]),
    ("prometheus --config.file=/etc/p.yml --web.listen-address=:9091", [9091]),
    ("hugo server --bind 0.0.0.0 -p 1313", [1313]),
    ("mkdocs serve -a 0.0.0.0:8000", [8000]),
    ("static-web-server -p 8787 -d /public", [8787]),
    ("deno serve --port 8000 main.ts", [8000]),
    ("minio server /data --console-address :9001", []),
    ("minio server --address :9002 /data", [9002]),
    ("exec gunicorn -b :8000 app", [8000]),
    ("sh -c 'gunicorn -b :8000 app'", [8000]),
    ("/bin/sh -c 'python manage.py migrate && exec gunicorn -b 0.0.0.0:8000 app.wsgi'", [8000]),
    ("bash -lc 'uvicorn main:app --port 8000'", [8000]),
    ("sh -c 'uvicorn main:app --port ${PORT:-8000}'", [8000]),
    ("sh -c 'uvicorn main:app --port $PORT'", []),
    ("sh -c 'gunicorn -b 0.0.0.0:${PORT:-8080} app'", [8080]),
    ("dumb-init -- node server.js", []),
    ("dumb-init uvicorn main:app --port 8000", [8000]),
    ("tini -- gunicorn -b :8000 app", [8000]),
    ("/sbin/tini -g -- gunicorn -b :8000 app", [8000]),
    ("/docker-entrypoint.sh uvicorn main:app --port 8000", [8000]),
    ("gosu app gunicorn -b :8000 app", [8000]),
    ("su-exec app:app gunicorn -b :8000 app", [8000]),
    ("env FOO=1 gunicorn -b :8000 app", [8000]),
    ("opentelemetry-instrument uvicorn main:app --port 8000", [8000]),
    ("ddtrace-run gunicorn -b :8000 app", [8000]),
    ("newrelic-admin run-program gunicorn -b :8000 app", [8000]),
    ("wait-for-it.sh db:5432 -t 30 -- uvicorn main:app --port 8000", [8000]),
    ("npm start", []),
    ("npm run dev", []),
    ("yarn start", []),
    ("node server.js", []),
    ("psql --port 5432", []),
    ("redis-cli --port 6380 ping", []),
    ("/app/server --port 8080", [8080]),
    ("/app/server -port=8080", [8080]),
    ("./api --listen-address=:8080", [8080]),
    ("./api --port 99999", []),
    ("nginx -g 'daemon off;'", []),
    ("sh -c 'while true; do uvicorn main:app --port 8000; done'", []),
    ("sh -c 'cat <<EOF | nc -l 8000'", []),
    ("", []),
]


@pytest.mark.parametrize(("line", "ports"), COMMANDS, ids=[line or "nothing" for line, _ in COMMANDS])
def test_ports_of_command(line: str, ports: list[int]) -> None:
    assert [one.port for one in ports_of_command(shlex.split(line))] == ports


@pytest.mark.parametrize("line", [line for line, _ in COMMANDS if line and "$" not in line and "sh -" not in line])
def test_a_shell_line_is_read_like_an_argv(line: str) -> None:
    argv = shlex.split(line)

    assert ports_of_command(("/bin/sh", "-c", shlex.join(argv))) == ports_of_command(argv)


def test_evidence_says_where_from() -> None:
    (found,) = ports_of_command(["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"])

    assert found == PortEvidence(8000, 2, "port 8000: --port of uvicorn", None, "0.0.0.0", "http")


def test_a_variable_is_looked_up_in_the_environment() -> None:
    argv = ["sh", "-c", "uvicorn main:app --port ${PORT:-8000}"]

    assert [(one.port, one.because) for one in ports_of_command(argv, {"PORT": "9000"})] == [
        (9000, "port 9000: --port of uvicorn, by PORT")
    ]
    assert ports_of_command(argv)[0].because == "port 8000: --port of uvicorn, the default of PORT"


def test_an_unlisted_program_is_weaker_evidence() -> None:
    assert [one.rank for one in ports_of_command(["/app/server", "--port", "8080"])] == [4]


@pytest.mark.parametrize(
    ("line", "protocol"),
    [
        ("uvicorn a:b --port 8443 --ssl-keyfile k --ssl-certfile c", "https"),
        ("dotnet App.dll --urls https://*:8443", "https"),
        ("puma -b ssl://0.0.0.0:9292", "https"),
        ("redis-server --port 6380", "tcp"),
        ("uwsgi --socket :3031", "tcp"),
        ("gunicorn -b :8000 a", "http"),
    ],
)
def test_protocol(line: str, protocol: str) -> None:
    assert [one.protocol for one in ports_of_command(line.split())] == [protocol]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("streamlit run a.py --server.port 8501", "/_stcore/health"),
        ("jupyterhub --port 8000", "/hub/health"),
        ("mlflow server --port 5000", "/health"),
        ("uvicorn a:b --port 8000", None),
    ],
)
def test_paths_of_servers_that_answer_one_themselves(line: str, path: str | None) -> None:
    assert [one.path for one in ports_of_command(line.split())] == [path]


@pytest.mark.parametrize(
    ("env", "ports"),
    [
        ({"PORT": "8080"}, [8080]),
        ({"PORT": "${PORT:-3000}"}, [3000]),
        ({"PORT": "${PORT}"}, []),
        ({"PORT": ""}, []),
        ({"PORT": "http"}, []),
        ({"SERVER_PORT": "8081", "PORT": "8080"}, [8080, 8081]),
        ({"ASPNETCORE_URLS": "http://+:8080;https://+:8443"}, [8080, 8443]),
        ({"ASPNETCORE_HTTP_PORTS": "8080;8081"}, [8080, 8081]),
        ({"GUNICORN_CMD_ARGS": "--bind=0.0.0.0:8000 --workers=3"}, [8000]),
        ({"FLASK_RUN_PORT": "5001"}, [5001]),
        ({"KC_HTTP_PORT": "8180"}, [8180]),
        ({"DB_PORT": "5432"}, []),
        ({"POSTGRES_PORT": "5432"}, []),
        ({}, []),
    ],
)
def test_ports_of_environment(env: dict[str, str], ports: list[int]) -> None:
    found = ports_of_environment(env)

    assert [one.port for one in found] == ports
    assert all(one.rank == 3 for one in found)


def test_a_name_is_the_evidence_of_a_variable() -> None:
    assert ports_of_environment({"PORT": "8080"})[0].because == "port 8080: PORT"


@pytest.mark.parametrize(
    ("line", "packages", "port"),
    [
        ("uvicorn main:app", (), 8000),
        ("gunicorn app:app", (), 8000),
        ("gunicorn -c conf.py app:app", (), None),
        ("flask run", (), 5000),
        ("flask db upgrade", (), None),
        ("next start", (), 3000),
        ("vite preview", (), 4173),
        ("vite", (), 5173),
        ("rails s", (), 3000),
        ("php artisan serve", (), 8000),
        ("python manage.py runserver", (), 8000),
        ("npm start", ("react", "express"), 3000),
        ("node x.js", ("left-pad",), None),
        ("node x.js", (), None),
    ],
)
def test_framework_default(line: str, packages: tuple[str, ...], port: int | None) -> None:
    found = framework_default(line.split(), packages)

    assert (found.port if found else None) == port
    assert found is None or found.rank == 5


def test_server_of_needs_the_sub_command() -> None:
    assert server_of(("flask", "run")) is not None
    assert server_of(("flask", "db", "upgrade")) is None

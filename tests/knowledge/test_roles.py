from __future__ import annotations

import shlex

import pytest

from fixer.knowledge.roles import by_entrypoint, drops_privileges, gains_privileges, is_one_shot, is_server, is_worker

SERVERS = [
    "uvicorn main:app",
    "gunicorn app:app",
    "sh -c 'python manage.py migrate && gunicorn app:app'",
    "nginx -g 'daemon off;'",
    "apache2-foreground",
    "php-fpm8.2 -F",
    "catalina.sh run",
    "flask run",
    "next start",
    "celery -A proj flower",
    "airflow webserver",
    "bundle exec puma -C config/puma.rb",
    "mvn spring-boot:run",
    "./mvnw jetty:run",
    "/uwsgi /etc/uwsgi.ini",
]
WORKERS = [
    "celery -A proj worker -l info",
    "celery --app proj.celery:app beat",
    "python -m celery -A proj worker",
    "poetry run celery -A proj worker",
    "bundle exec sidekiq -C config/sidekiq.yml",
    "rq worker high default",
    "dramatiq tasks",
    "python manage.py qcluster",
    "python manage.py rqworker default",
    "php artisan queue:work --tries=3",
    "php artisan horizon",
    "php bin/console messenger:consume async",
    "crond -f -l 2",
    "cron -f",
    "supercronic /etc/crontab",
    "python worker.py",
    "python -u src/email_worker.py",
    "node worker.js",
    "node dist/queue-consumer.js",
    "airflow scheduler",
    "airflow celery worker",
    "dagster-daemon run",
    "sh -c 'python manage.py migrate && celery -A proj worker'",
]
ONE_SHOTS = [
    "python manage.py migrate",
    "python manage.py migrate --noinput",
    "python manage.py collectstatic --noinput",
    "sh -c 'python manage.py migrate && python manage.py collectstatic --noinput'",
    "alembic upgrade head",
    "poetry run alembic upgrade head",
    "flask db upgrade",
    "bundle exec rails db:migrate",
    "bin/rails db:prepare",
    "bundle exec rake db:migrate",
    "npx prisma migrate deploy",
    "npx sequelize-cli db:migrate",
    "php artisan migrate --force",
    "flyway -url=jdbc:x migrate",
    "migrate -path /m -database x up",
    "pytest -q",
    "python -m pytest tests",
    "npm test",
    "npm run test:unit",
    "npm run build",
    "yarn build",
    "npm ci",
    "go test ./...",
    "pg_dump -h db app",
    "sh -c 'pg_dump app | gzip > /backup/x.gz'",
    "restic backup /data",
    "kafka-topics.sh --bootstrap-server kafka:9092 --create --topic orders",
    "sqlc generate",
    "mc mb local/bucket",
    "echo hello",
    "sleep 10",
    "chown -R 1000:1000 /data",
    "uvicorn --version",
    "python seed.py",
    "node scripts/migrate.js",
    "airflow db init",
    "superset init",
    "mvn -B package",
    "./gradlew build",
    "kubectl apply -f x",
    "sh -c 'cat a > b'",
]
NEITHER = [
    "node server.js",
    "./app",
    "java -jar app.jar",
    "npm start",
    "sleep infinity",
    "tail -f /dev/null",
    "",
    "cat",
    "make run",
    "gcloud beta emulators pubsub start",
    "kubectl proxy",
]


@pytest.mark.parametrize("line", SERVERS)
def test_server(line: str) -> None:
    argv = shlex.split(line)

    assert (is_server(argv), is_worker(argv), is_one_shot(argv)) == (True, False, False)


@pytest.mark.parametrize("line", WORKERS)
def test_worker(line: str) -> None:
    argv = shlex.split(line)

    assert (is_server(argv), is_worker(argv), is_one_shot(argv)) == (False, True, False)


@pytest.mark.parametrize("line", ONE_SHOTS)
def test_one_shot(line: str) -> None:
    argv = shlex.split(line)

    assert (is_server(argv), is_worker(argv), is_one_shot(argv)) == (False, False, True)


@pytest.mark.parametrize("line", NEITHER)
def test_what_is_not_known_is_none_of_them(line: str) -> None:
    argv = shlex.split(line)

    assert (is_server(argv), is_worker(argv), is_one_shot(argv)) == (False, False, False)


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("gosu postgres postgres", "gosu"),
        ("exec gosu app ./run", "gosu"),
        ("su-exec app:app node x.js", "su-exec"),
        ("tini -- su-exec app node x.js", "su-exec"),
        ("setpriv --reuid=1000 --clear-groups app", "setpriv"),
        ("setpriv --no-new-privs app", None),
        ("chroot --userspec=1000 / app", "chroot"),
        ("sudo -u app ./run", "sudo"),
        ("sudo ./run", None),
        ("su -s /bin/sh app -c './run'", "su"),
        ("runuser -u app -- ./run", "runuser"),
        ("/init", "init"),
        ("/sbin/init", "init"),
        ("/usr/bin/supervisord -n -c /etc/supervisord.conf", "supervisord"),
        ("/usr/sbin/sshd -D", "sshd"),
        ("crond -f", "crond"),
        ("dockerd", "dockerd"),
        ("sh -c 'chown app /data && exec gosu app ./run'", "gosu"),
        ("/lib/systemd/systemd", "systemd"),
        ("supercronic /crontab", None),
        ("node server.js", None),
        ("nginx -g 'daemon off;'", None),
        ("", None),
    ],
)
def test_drops_privileges(line: str, program: str | None) -> None:
    assert drops_privileges(shlex.split(line)) == program


@pytest.mark.parametrize(
    ("image", "line", "expected"),
    [
        ("hashicorp/terraform", "apply -auto-approve", "terraform apply -auto-approve"),
        ("docker.io/hashicorp/terraform", "apply", "terraform apply"),
        ("hashicorp/terraform", "terraform apply", "terraform apply"),
        ("hashicorp/terraform", "sh -c ls", "sh -c ls"),
        ("hashicorp/terraform", "", ""),
        ("composer", "install", "composer install"),
        ("docker.io/library/composer", "install", "composer install"),
        ("shop/composer", "install", "install"),
        ("registry.example.com/shop/api", "apply", "apply"),
    ],
)
def test_by_entrypoint(image: str, line: str, expected: str) -> None:
    assert by_entrypoint(image, shlex.split(line)) == tuple(shlex.split(expected))


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("sudo ./run", "sudo"),
        ("sh -c 'mount -a && ./run'", "mount"),
        ("gosu app ./run", None),
        ("./run sudo", None),
        ("", None),
    ],
)
def test_gains_privileges(line: str, program: str | None) -> None:
    assert gains_privileges(shlex.split(line)) == program

#!/bin/bash
# Like the official one in what the runs touch: owner of the data, change of the account, first start with a password.
set -Eeo pipefail

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    chmod 700 "$PGDATA"
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    chmod 3775 /var/run/postgresql || :
    exec gosu postgres "$0" "$@"
fi

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA" || :
    [ -n "$POSTGRES_PASSWORD" ] || { echo "POSTGRES_PASSWORD is not set" >&2; exit 1; }
    user=${POSTGRES_USER:-postgres}
    initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth-host=scram-sha-256 --auth-local=trust
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
    database=${POSTGRES_DB:-$user}
    [ "$database" = postgres ] || createdb --username "$user" --no-password "$database"
    for file in /docker-entrypoint-initdb.d/*.sql; do
        [ -f "$file" ] && psql --no-password -v ON_ERROR_STOP=1 --username "$user" --dbname "$database" -f "$file"
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
fi

[ "$1" = postgres ] && set -- "$@" -c listen_addresses='*'
exec "$@"

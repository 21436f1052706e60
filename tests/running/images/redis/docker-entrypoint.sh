#!/bin/sh
# Like the official one: an option or a configuration file alone starts the server; root gives up its rights.
set -e

case "$1" in
    -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis '{}' +
    exec gosu redis "$0" "$@"
fi

# Outside of a container's own network nobody is kept out, as in the official program.
[ "$1" = redis-server ] && set -- "$@" --protected-mode no

[ "$(umask)" = 0022 ] && umask 0077
exec "$@"

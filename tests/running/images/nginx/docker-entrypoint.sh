#!/bin/sh
# Like the official one: runs what is in /docker-entrypoint.d, edits the default server for IPv6 where it may.
set -e

if [ "$1" = nginx ]; then
    for script in /docker-entrypoint.d/*.sh; do
        [ -x "$script" ] && "$script"
    done

    conf=/etc/nginx/conf.d/default.conf
    if [ -f /proc/net/if_inet6 ] && touch "$conf" 2>/dev/null; then
        grep -q '\[::\]:80' "$conf" || sed -i 's/listen       80;/listen       80;\n    listen  [::]:80;/' "$conf"
    else
        echo "can not modify $conf (read-only file system?)"
    fi
fi

exec "$@"

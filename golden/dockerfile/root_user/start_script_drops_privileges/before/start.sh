#!/bin/sh
set -e
chown -R app /srv
exec su app -c "python /srv/app.py"

#!/bin/sh
set -e
python /srv/app.py --check
exec python /srv/app.py

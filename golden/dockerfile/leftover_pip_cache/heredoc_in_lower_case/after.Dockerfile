from python:3.12-slim
run <<EOF
set -e
/opt/venv/bin/pip install --no-cache-dir flask
EOF
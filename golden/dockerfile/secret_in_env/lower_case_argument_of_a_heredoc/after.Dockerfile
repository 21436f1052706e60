from alpine:3.20
run --mount=type=secret,id=deploy_token,env=deploy_token <<EOF
set -e
fetch --token "$deploy_token" https://example.com/data
EOF
cmd ["serve"]
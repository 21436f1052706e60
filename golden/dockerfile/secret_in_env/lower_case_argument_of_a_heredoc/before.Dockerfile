from alpine:3.20
arg deploy_token
run <<EOF
set -e
fetch --token "$deploy_token" https://example.com/data
EOF
cmd ["serve"]
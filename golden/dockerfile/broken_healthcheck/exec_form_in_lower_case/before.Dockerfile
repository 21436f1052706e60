from alpine:3.20
copy server /usr/local/bin/
healthcheck cmd ["curl", "-fsS", "http://127.0.0.1:8080/ping"]
cmd ["server"]
from alpine:3.20
copy server /usr/local/bin/
healthcheck cmd ["wget", "-q", "-T", "5", "-O", "/dev/null", "http://127.0.0.1:8080/ping"]
cmd ["server"]
from alpine:3.20
entrypoint exec \
  top -b
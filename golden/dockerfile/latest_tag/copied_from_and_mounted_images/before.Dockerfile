FROM debian:12-slim
COPY --from=golang:latest /usr/local/go /usr/local/go
COPY --from=busybox:1.36 /bin/wget /usr/local/bin/
RUN --mount=type=bind,from=alpine:latest,source=/etc,target=/mnt \
    cat /mnt/alpine-release

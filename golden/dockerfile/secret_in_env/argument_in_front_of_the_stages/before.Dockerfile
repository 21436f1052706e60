ARG REGISTRY_PASSWORD
FROM alpine:3.20
ARG REGISTRY_PASSWORD
RUN --mount=type=cache,target=/var/cache/apk fetch "$REGISTRY_PASSWORD"

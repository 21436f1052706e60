ARG BASE
FROM golang:1.22 AS latest
FROM latest AS test
FROM alpine:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS pinned
COPY --from=latest /go /go
COPY --from=0 /usr /usr
FROM $BASE
FROM scratch

# syntax=docker/dockerfile:1.4
FROM alpine:3.20
ARG API_KEY
RUN fetch --key $API_KEY

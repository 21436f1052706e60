FROM debian:12-slim
MAINTAINER ""

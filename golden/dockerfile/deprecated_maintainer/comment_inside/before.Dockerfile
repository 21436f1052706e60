FROM debian:12-slim
MAINTAINER Jane Doe \
  # and team
  <jane@example.com>

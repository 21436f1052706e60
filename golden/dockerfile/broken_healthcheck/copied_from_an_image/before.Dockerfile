FROM debian:12-slim
COPY --from=example.com/tools:1 /bin/grpc_health_probe /usr/local/bin/curl /usr/local/bin/
HEALTHCHECK CMD curl -f http://localhost:8000/ || exit 1
CMD ["server"]

FROM registry.example.com/base/runtime:4
HEALTHCHECK CMD curl -f http://localhost:8000/ || exit 1
CMD ["server"]

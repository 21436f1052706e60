FROM registry.example.com/base/runtime:4
CMD server --port 8080

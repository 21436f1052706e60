FROM gcr.io/distroless/static:latest
COPY relay /relay
CMD ["/relay"]

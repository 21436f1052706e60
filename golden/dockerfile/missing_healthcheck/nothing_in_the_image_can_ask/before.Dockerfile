FROM gcr.io/distroless/static-debian12:nonroot
COPY relay /relay
EXPOSE 8080
ENTRYPOINT ["/relay"]

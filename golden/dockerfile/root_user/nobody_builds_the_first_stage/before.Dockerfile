FROM debian:12-slim AS tools
RUN echo tools

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=tools /bin/true /true
ENTRYPOINT ["/true"]

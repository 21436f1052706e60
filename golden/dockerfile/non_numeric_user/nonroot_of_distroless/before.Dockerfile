FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/relay .

FROM gcr.io/distroless/base-debian12
COPY --from=build /out/relay /relay
USER nonroot:nonroot
ENTRYPOINT ["/relay"]

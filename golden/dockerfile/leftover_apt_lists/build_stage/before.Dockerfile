FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc

FROM scratch
COPY --from=build /bin/true /true

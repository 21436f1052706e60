FROM debian:12-slim AS Base
FROM base AS tools
FROM alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
COPY --from=TOOLS /usr/bin/env /env
FROM scratch
COPY --from=0 /bin/true /true

FROM debian:12-slim
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		jq \
		# for the tests
		xz-utils \
	; \
	apt-get clean

from alpine:3.20
run apk add --no-cache \
	tini \
	lua5.4

copy bot.lua /opt/bot/
workdir /opt/bot
run addgroup -g 1000 appuser && \
	adduser -D -u 1000 -G appuser -s /sbin/nologin appuser
user 1000:1000
cmd ["lua5.4", "bot.lua"]

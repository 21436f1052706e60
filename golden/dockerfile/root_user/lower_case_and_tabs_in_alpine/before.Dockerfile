from alpine:3.20
run apk add --no-cache \
	tini \
	lua5.4

copy bot.lua /opt/bot/
workdir /opt/bot
cmd ["lua5.4", "bot.lua"]

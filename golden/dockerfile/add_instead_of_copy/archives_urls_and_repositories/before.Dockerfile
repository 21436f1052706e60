FROM debian:12-slim
ADD rootfs.tar.xz /
ADD https://example.com/tool /usr/local/bin/
ADD git@github.com:example/tool.git /src
ADD https://github.com/example/tool.git#v1 /src2
ADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.com/x /x
ADD ${BUNDLE} /opt/
ADD dist/* /opt/
ADD <<EOF /etc/motd
hello
EOF
COPY readme /readme

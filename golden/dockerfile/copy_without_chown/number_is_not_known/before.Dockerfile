FROM registry.example.com/base/tool:2
COPY seed/ /var/tool/
VOLUME /var/tool
USER toolbox
CMD ["tool"]

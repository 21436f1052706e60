FROM registry.example.com/base/tool:2
USER toolbox
RUN tool --self-test
USER root
RUN tool --install-plugins

FROM registry.example.com/base/tool:2
COPY job.sh /opt/
USER toolbox
CMD ["/opt/job.sh"]

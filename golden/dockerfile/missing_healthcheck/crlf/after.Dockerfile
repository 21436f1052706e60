FROM node:20-slim
COPY . /srv
EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["bash", "-c", ": > /dev/tcp/127.0.0.1/3000"]
CMD ["node", "/srv/index.js"]

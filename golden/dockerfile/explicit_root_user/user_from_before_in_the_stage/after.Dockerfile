FROM node:20-slim
WORKDIR /app
USER node
COPY --chown=node package.json .
RUN npm install

# fonts for the reports
USER root
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

USER 1000
CMD ["node", "report.js"]

FROM node:20-slim
RUN usermod -u 1500 node && groupmod -g 1500 node
USER node
CMD ["node", "/srv/index.js"]

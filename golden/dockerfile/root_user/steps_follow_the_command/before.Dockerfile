FROM node:20-slim
CMD ["node", "/srv/index.js"]
WORKDIR /srv
COPY index.js .

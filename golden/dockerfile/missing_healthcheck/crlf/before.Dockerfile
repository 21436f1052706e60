FROM node:20-slim
COPY . /srv
EXPOSE 3000

CMD ["node", "/srv/index.js"]

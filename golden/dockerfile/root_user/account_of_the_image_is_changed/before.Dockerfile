FROM node:20-slim
RUN userdel -r node
COPY index.js /srv/
CMD ["node", "/srv/index.js"]

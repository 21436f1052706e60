const http = require("http");

const server = http.createServer((request, response) => response.end("all systems work\n"));
server.listen(3000);
process.on("SIGTERM", () => process.exit(0));

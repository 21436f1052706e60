// Front end: one page with the latest orders, asked from the API.
const http = require("node:http");

const port = Number(process.env.PORT || 3000);
const api = process.env.API_URL || "http://localhost:8000";

function escape(text) {
  return String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

async function page() {
  const answer = await fetch(`${api}/orders`);
  const orders = await answer.json();
  const rows = orders.map((o) => `<li>${escape(o.amount)} × ${escape(o.item)}</li>`);
  return `<!doctype html><title>Shop</title><h1>Latest orders</h1><ul>${rows.join("")}</ul>`;
}

const server = http.createServer(async (request, response) => {
  if (request.url === "/healthz") {
    response.end("ok");
    return;
  }

  try {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(await page());
  } catch (error) {
    console.error(error);
    response.statusCode = 502;
    response.end("The API does not answer.");
  }
});

server.listen(port, () => console.log(`listening on ${port}`));
process.on("SIGTERM", () => server.close());

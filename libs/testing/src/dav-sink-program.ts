// The process behind `startDavSink`: `node dav-sink-program PORT keep|forget`.
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { answerTo, itemsThere, type Answer } from "./dav-sink-answers.js";

const [port, keep] = process.argv.slice(2);
let counts = noCounts();

function noCounts() {
  return {
    methods: {} as Record<string, number>,
    users: {} as Record<string, Record<string, number>>,
    firstPutAt: null as number | null,
    lastPutAt: null as number | null,
  };
}

/** Undefined where the login may not be, or is missing. */
function userOf(request: IncomingMessage): string | undefined {
  const [, basic] =
    /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  if (basic === undefined) return undefined;
  const [user] = Buffer.from(basic, "base64").toString().split(":");
  return user || undefined;
}

function count(method: string, user: string): void {
  counts.methods[method] = (counts.methods[method] ?? 0) + 1;
  const own = (counts.users[user] ??= {});
  own[method] = (own[method] ?? 0) + 1;
  if (method !== "PUT") return;
  counts.lastPutAt = Date.now();
  counts.firstPutAt ??= counts.lastPutAt;
}

function control(path: string): Answer {
  if (path === "/.counts/reset") counts = noCounts();
  return {
    status: 200,
    type: "application/json",
    body: JSON.stringify({ ...counts, items: itemsThere() }),
  };
}

function take(request: IncomingMessage, body: string): Answer {
  const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
  if (path.startsWith("/.counts")) return control(path);
  const user = userOf(request);
  if (user === undefined) return { status: 401 };
  const method = request.method ?? "";
  count(method, user);
  const known = path.startsWith("/.well-known/") ? "/" : path;
  if (known !== "/" && !known.startsWith(`/${user}/`)) return { status: 403 };
  const header = (name: string) => request.headers[name]?.toString();
  return answerTo({ method, user, path: known, body, header }, keep === "keep");
}

function send(response: ServerResponse, { status, etag, type, body }: Answer) {
  response.writeHead(status, {
    ...(status === 401 && { "www-authenticate": 'Basic realm="sink"' }),
    ...(etag !== undefined && { etag }),
    ...(type !== undefined && { "content-type": type }),
    "content-length": Buffer.byteLength(body ?? ""),
    dav: "1, 3, addressbook, calendar-access",
  });
  response.end(body);
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () =>
    send(response, take(request, Buffer.concat(chunks).toString())),
  );
});
// Longer than any pause of a client: a connection that is closed while a
// request is on its way is a fault that no sink should add.
server.keepAliveTimeout = 600_000;
server.listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));

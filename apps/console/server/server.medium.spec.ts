import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { boot } from "@ams-sync/platform";
import { afterAll, beforeAll, expect, it } from "vitest";
import { handOn } from "./api-proxy.js";
import { ConsoleModule } from "./console.module.js";
import { readPage, serveFiles } from "./files.js";

/** What stands behind the console: says what it was asked, or streams until it is let go. */
const behind = createServer((request, response) => {
  if (request.url?.endsWith("/progress")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("event: progress\ndata: {}\n\n");
    return;
  }
  let body = "";
  request.on("data", (chunk) => (body += String(chunk)));
  request.on("end", () =>
    response
      .writeHead(412, {
        "content-type": "application/problem+json",
        etag: '"7"',
      })
      .end(
        JSON.stringify({
          ...{ method: request.method, url: request.url, body },
          headers: request.headers,
        }),
      ),
  );
});

let folder: string;
let app: Awaited<ReturnType<typeof boot>>;
let origin: string;

const listen = async (server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-"));
  await mkdir(join(folder, "assets"));
  const script = "console.log('ä')";
  await writeFile(join(folder, "assets", "a-1.js"), script);
  await writeFile(
    join(folder, "assets", "a-1.js.br"),
    brotliCompressSync(script),
  );
  await writeFile(
    join(folder, "index.html"),
    '<meta nonce="__CSP_NONCE__"><div id="root">',
  );
  const upstream = await listen(behind);
  app = await boot("console", {
    config: { HTTP_HOST: "127.0.0.1", HTTP_PORT: 0, LOG_LEVEL: "silent" },
    module: ConsoleModule,
    extend: async (server) => {
      await handOn(server, {
        SETTINGS_URL: upstream,
        STATE_URL: "http://127.0.0.1:1",
      });
      await serveFiles(server, {
        folder,
        page: await readPage(folder),
        config: { SIGN_IN_ISSUER: "https://id.example", SIGN_IN_ORIGINS: [] },
      });
    },
  });
  origin = await app.getUrl();
});
afterAll(async () => {
  await app?.close();
  behind.closeAllConnections();
  behind.close();
  await rm(folder, { recursive: true, force: true });
});

it("gives the page at every place, each time with a nonce of its own", async () => {
  const nonces = new Set<string>();
  for (const path of ["/", "/users/17?x=1", "/signed-in"]) {
    const answer = await fetch(origin + path);
    const page = await answer.text();
    const [, nonce = ""] = /nonce="([^"]+)"/.exec(page) ?? [];
    nonces.add(nonce);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`'nonce-${nonce}'`);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("strict-transport-security")).toMatch(/max-age/);
    expect(answer.headers.get("permissions-policy")).toMatch(/camera=\(\)/);
  }
  expect(nonces.size).toBe(3);
});

it("gives files that may be kept for ever, small where the browser can", async () => {
  const answer = await fetch(`${origin}/assets/a-1.js`, {
    headers: { "accept-encoding": "br" },
  });
  expect(await answer.text()).toBe("console.log('ä')");
  expect(answer.headers.get("content-encoding")).toBe("br");
  expect(answer.headers.get("cache-control")).toMatch(
    /max-age=31536000, immutable/,
  );
});

it.each([
  "/api/v1/other",
  "/assets/gone.js",
  "/favicon.ico",
  "/assets/..%2findex.html",
])("has no %s", async (path) => {
  expect((await fetch(origin + path)).status).toBe(404);
});

it("hands on what is asked of settings, with token, version and language, and its answer as it is", async () => {
  const answer = await fetch(`${origin}/api/v1/settings/accounts/1?a=b`, {
    method: "PUT",
    headers: {
      authorization: "Bearer abc",
      "if-match": '"6"',
      "accept-language": "en",
      "content-type": "application/json",
    },
    body: '{"ä":1}',
  });
  expect(answer.status).toBe(412);
  expect(answer.headers.get("etag")).toBe('"7"');
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({
    method: "PUT",
    url: "/api/v1/settings/accounts/1?a=b",
    body: '{"ä":1}',
    headers: {
      authorization: "Bearer abc",
      "if-match": '"6"',
      "accept-language": "en",
    },
  });
});

it("hands on a stream while it comes", async () => {
  const leaving = new AbortController();
  const answer = await fetch(`${origin}/api/v1/settings/progress`, {
    signal: leaving.signal,
  });
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toContain("event: progress");
  leaving.abort();
});

it("says in the caller's language that a service is away", async () => {
  const answer = await fetch(`${origin}/api/v1/state/accounts`, {
    headers: { "accept-language": "de" },
  });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("content-type")).toMatch(/problem\+json/);
  expect(await answer.json()).toMatchObject({
    type: "urn:ams-sync:problem:service-away",
    title: "Dienst nicht erreichbar",
  });
});

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PeopleApi } from "./people-api.js";

export interface LoginSite {
  readonly api: PeopleApi;
  /** For the files of this test. */
  readonly data: string;
  /** One that is right, but for what is said otherwise. */
  login(more?: object): object;
}

export const loginTests = (site: () => LoginSite): void => {
  let plain: http.Server;
  let unsafe: https.Server;
  const portOf = (server: http.Server): number =>
    (server.address() as AddressInfo).port;
  beforeAll(async () => {
    plain = http.createServer((_request, response) =>
      response.end("Willkommen"),
    );
    unsafe = https.createServer(
      await selfSigned(site().data),
      (_request, response) => response.end(),
    );
    for (const server of [plain, unsafe])
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
  });
  afterAll(() => {
    plain?.close();
    unsafe?.close();
  });

  test("a login is refused for four reasons that can be told apart", async () => {
    const failures: unknown[] = [];
    for (const more of [
      { password: "falsch" },
      { serverUrl: `http://127.0.0.1:${await freePort()}/` },
      { serverUrl: `http://127.0.0.1:${portOf(plain)}/` },
      { serverUrl: `https://127.0.0.1:${portOf(unsafe)}/` },
    ]) {
      const { status, body } = await site().api.ask("POST", "logins/check", {
        body: site().login(more),
      });
      expect(status).toBe(422);
      failures.push(body["failure"]);
    }
    expect(failures).toEqual([
      ...["wrong-login", "unreachable", "not-dav", "certificate"],
    ]);
  });
};

/** A certificate that nobody vouches for. */
async function selfSigned(folder: string) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"],
    ...["-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert],
  ]);
  return { key: await readFile(key), cert: await readFile(cert) };
}

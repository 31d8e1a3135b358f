import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { freePort } from "@ams-sync/testing";
import { expect, onTestFinished, test } from "vitest";
import { expectPorts } from "./given-ports.js";

async function takenPort(): Promise<number> {
  const stranger = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void stranger.close());
  await once(stranger, "listening");
  return (stranger.address() as AddressInfo).port;
}

test("a port in use is named with its variable, and every one of them", async () => {
  const [one, other] = [await takenPort(), await takenPort()];
  await expect(
    expectPorts({
      postgresPort: other,
      ports: {
        state: { http: one },
        "change-capture": { http: await freePort() },
      },
    }),
  ).rejects.toThrow(
    `Port ${other} (POSTGRES_PORT) is in use: name another, or leave it out.
Port ${one} (STATE_HTTP_PORT) is in use: name another, or leave it out.`,
  );
});

test("one port for two is seen", async () => {
  const port = await freePort();
  await expect(
    expectPorts({
      ports: { settings: { grpc: port }, "cloud-connector": { http: port } },
    }),
  ).rejects.toThrow(
    `Port ${port} is named by SETTINGS_GRPC_PORT and by CLOUD_CONNECTOR_HTTP_PORT`,
  );
});

test("free ones stay free", async () => {
  const options = { ports: { state: { http: await freePort() } } };
  await expectPorts(options);
  await expectPorts(options);
  await expectPorts({});
});

import { expect, it } from "vitest";
import { environmentOf, type Wiring } from "./environment.js";

const own = {
  ...{ state: "", schedule: "", settings: "", queue: "postgres://q/q" },
  ...{ keys: "", tenants: "" },
};
const wiring: Wiring = {
  logins: {
    own,
    ams: new Map([
      [
        "ams",
        {
          capture: "",
          connector: "postgres://c/ams",
          console: "postgres://p/ams",
        },
      ],
    ]),
  },
  amsDatabasesFile: undefined,
  amsPeopleFile: undefined,
  grpc: {
    state: "127.0.0.1:1",
    settings: "127.0.0.1:2",
    cloud: "127.0.0.1:3",
  },
  secrets: {
    masterKeyFile: "/master.key",
    privateKeyFile: (name) => `/${name}.jwk`,
    publicKeysFile: "/services.jwks",
  },
  redisUrl: undefined,
  issuerUrl: "http://127.0.0.1:4",
};
const allowed = (egressAllow?: string) =>
  environmentOf(
    { name: "cloud-connector", index: 0, ports: { http: 1 } },
    { ...wiring, egressAllow },
  ).EGRESS_ALLOW?.trim();

it("opens this machine to the connector, and what the caller opens", () => {
  expect(allowed()).toBe("127.0.0.0/8 ::1 localhost");
  expect(allowed("10.1.0.0/16")).toBe("127.0.0.0/8 ::1 localhost 10.1.0.0/16");
});

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
    outlook: undefined,
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

it("tells settings and the outlook-connector of each other only where there is one, and where Graph is", () => {
  const told = (outlook: string | undefined) =>
    environmentOf(
      { name: "settings", index: 0, ports: { http: 1 } },
      { ...wiring, grpc: { ...wiring.grpc, outlook } },
    )["OUTLOOK_CONNECTOR_ADDRESS"];
  expect([told(undefined), told("127.0.0.1:5")]).toEqual([
    undefined,
    "127.0.0.1:5",
  ]);
  const outlook = { name: "outlook-connector", index: 0, ports: { http: 1 } };
  const graph = { url: "http://g", authority: "https://a", caFile: "/g.pem" };
  const named = {
    GRAPH_URL: "http://g",
    GRAPH_AUTHORITY_URL: "https://a",
    NODE_EXTRA_CA_CERTS: "/g.pem",
  };
  expect(
    environmentOf(
      { ...outlook, name: "outlook-connector" },
      { ...wiring, graph },
    ),
  ).toMatchObject({ ...named, AMS_DATABASE_URL: "postgres://c/ams" });
  for (const name of ["cloud-connector", "settings"] as const)
    expect(
      environmentOf({ ...outlook, name }, { ...wiring, graph }),
    ).not.toMatchObject(named);
});

it("opens this machine to the connector, and what the caller opens", () => {
  expect(allowed()).toBe("127.0.0.0/8 ::1 localhost");
  expect(allowed("10.1.0.0/16")).toBe("127.0.0.0/8 ::1 localhost 10.1.0.0/16");
});

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { home } from "./checkout.js";

const SERVICES = [
  "state",
  "settings",
  "change-capture",
  "cloud-connector",
  "outlook-connector",
];

describe("docker/compose.yaml", () => {
  let text: string;
  beforeAll(async () => {
    text = await readFile(join(home, "docker/compose.yaml"), "utf8");
  });

  /** The files of the key folder that a service's container sees. */
  const keysOf = (service: string): string[] => {
    const [, block = ""] = text.split(`\n  ${service}:\n`);
    const [own = ""] = block.split(/\n(?=\S| {2}\S)/);
    return [...own.matchAll(/- \$\{KEYS_DIR[^}]*\}(\S*):\/keys(\S*):ro$/gm)]
      .map(([, from, to]) => (from === to ? `${from}` : `${from} as ${to}`))
      .toSorted();
  };

  it.each(SERVICES)("gives %s its own keys and no others", (service) => {
    const own = ["/services.jwks", `/${service}.jwk`];
    if (service === "settings") own.push("/master.key");
    expect(keysOf(service)).toEqual(own.toSorted());
  });

  it("mounts keys nowhere else", () => {
    const mounts = text.match(/\$\{KEYS_DIR/g) ?? [];
    expect(mounts).toHaveLength(SERVICES.flatMap(keysOf).length);
  });
});

describe("docker/next-key.yaml", () => {
  it("shows the master keys to settings and to the command only, and what it names is there", async () => {
    const text = await readFile(join(home, "docker/next-key.yaml"), "utf8");
    expect(text.match(/^ {2}\S+:$/gm)).toEqual(["  settings:", "  keys:"]);
    for (const [, name, file] of text.matchAll(/(\w+_FILE): (\S+)/g))
      expect(text, name).toContain(`:${file}:ro`);
    expect(text).toContain("command: tools/hosting/dist/keys.js rotate");
  });
});

describe("k8s/base", () => {
  it("lets every connector out by the one policy for connectors", async () => {
    const folder = join(home, "k8s/base");
    const connectors = (await readdir(folder)).filter((file) =>
      file.endsWith("-connector.yaml"),
    );
    expect(connectors).toContain("cloud-connector.yaml");
    for (const file of connectors)
      expect(await readFile(join(folder, file), "utf8"), file).toMatch(
        /\n {2}template:\n {4}metadata:\n {6}labels: \{[^}]*\bkind: connector\b/,
      );
    const policy = await readFile(join(folder, "network-policy.yaml"), "utf8");
    expect(policy).toMatch(
      /name: connector-egress\nspec:\n {2}podSelector: \{ matchLabels: \{ kind: connector \} \}\n {2}policyTypes: \[Egress\]/,
    );
  });
});

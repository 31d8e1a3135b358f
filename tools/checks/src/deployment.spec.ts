import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { home } from "./checkout.js";

const SERVICES = ["state", "settings", "change-capture", "cloud-connector"];

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

import { createHash } from "node:crypto";
import { connect } from "node:net";
import { valueAt, type Value } from "./resp.js";
import { openWire, type When, type Wire, type WireOptions } from "./wire.js";

/** Redis's protocol, command by command. Scripts are called by their hash once Redis knows them, here as well. */
export const openRedisWire = (options: WireOptions): Promise<Wire> => {
  const pass = (label: string, when: When): boolean =>
    options.toll({ wire: options.name, label, when });
  return openWire(options.name, (client) => {
    const server = connect({ ...options.to, noDelay: true });
    const asked: string[] = [];
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    const requests = values((value, bytes) => {
      if (client.destroyed) return;
      const label = redisLabel(value.parts);
      if (!pass(label, "before")) return cut();
      asked.push(label);
      server.write(bytes);
    });
    const answers = values((_value, bytes) => {
      if (client.destroyed) return;
      if (!pass(asked.shift() ?? "", "after")) return cut();
      client.write(bytes);
    });
    server.once("connect", () => client.resume());
    server.on("error", () => client.destroy());
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    client.on("data", requests);
    server.on("data", answers);
  });
};

function values(
  each: (value: Value, bytes: Buffer) => void,
): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const value = valueAt(rest, 0);
      if (value === undefined) return;
      const bytes = rest.subarray(0, value.end);
      rest = rest.subarray(value.end);
      each(value, bytes);
    }
  };
}

/** Hash of a script → how its comment begins. */
const scripts = new Map<string, string>();

export function redisLabel([name = "", first = ""]: readonly string[]): string {
  const command = name.toLowerCase();
  if (command === "eval") {
    scripts.set(sha1(first), titleOf(first));
    return titleOf(first);
  }
  if (command === "evalsha") return scripts.get(first) ?? "unknown script";
  return command;
}

const titleOf = (script: string): string =>
  (/--\[\[\s*([^\n.]+)/.exec(script)?.[1] ?? "script")
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .slice(0, 6)
    .join(" ");

const sha1 = (text: string): string =>
  createHash("sha1").update(text).digest("hex");

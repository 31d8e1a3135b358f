import {
  CONTRACT,
  skipReason,
  tryCase,
} from "@ams-sync/connector-kit/contract";
import type { LocalServer, QuirkName } from "@ams-sync/testing";
import { expect } from "vitest";
import { proxied } from "./proxied.js";
import { type ContractServer, PASSWORD } from "./servers.js";

/** The contract behind a proxy with these traps: every case is kept, and every trap has acted. */
export async function expectKept(
  server: ContractServer,
  { url }: LocalServer & { readonly url: string },
  traps: readonly QuirkName[],
  cases: readonly string[] = CONTRACT.map(({ name }) => name),
): Promise<void> {
  const { username, lacks, bends } = server;
  const at = await proxied(
    { url, username, password: PASSWORD },
    traps,
    lacks,
    bends,
  );
  try {
    const broken: string[] = [];
    for (const name of cases) {
      const one = CONTRACT.find((other) => other.name === name);
      if (one === undefined) throw new Error(`There is no case "${name}".`);
      const { outcome, reason } = await tryCase(one, at.stage);
      const wanted =
        skipReason(one, at.stage) === undefined ? "kept" : "skipped";
      if (outcome !== wanted) broken.push(`${name}: ${reason}`);
    }
    expect(broken).toEqual([]);
    const idle = server.idle ?? [];
    expect(
      traps.filter(
        (trap) => at.proxy.hits.of(trap) === 0 && !idle.includes(trap),
      ),
      "traps that never acted",
    ).toEqual([]);
  } finally {
    await at.close();
  }
}

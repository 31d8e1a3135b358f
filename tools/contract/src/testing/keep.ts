import {
  CONTRACT,
  skipReason,
  tryCase,
} from "@ams-sync/connector-kit/contract";
import type { LocalServer, QuirkName } from "@ams-sync/testing";
import { proxied } from "./proxied.js";
import { type ContractServer, PASSWORD } from "./servers.js";

/** What became of the contract behind a proxy with some traps. */
export interface Kept {
  readonly kept: number;
  readonly skipped: number;
  /** Each with the reason. */
  readonly broken: readonly string[];
  /** How often each trap acted on the connector. */
  readonly hits: Readonly<Record<string, number>>;
  /** Traps that made no difference to the connector. */
  readonly unacted: readonly QuirkName[];
}

/** Tries the contract, or some of its cases, behind a proxy with these traps. */
export async function tryContract(
  server: ContractServer,
  { url }: LocalServer & { readonly url: string },
  traps: readonly QuirkName[],
  cases: readonly string[] = CONTRACT.map(({ name }) => name),
): Promise<Kept> {
  const at = await proxied(
    { url, username: server.username, password: PASSWORD },
    traps,
    server,
  );
  try {
    const count = { kept: 0, skipped: 0 };
    const broken: string[] = [];
    for (const name of cases) {
      const one = CONTRACT.find((other) => other.name === name);
      if (one === undefined) throw new Error(`There is no case "${name}".`);
      const { outcome, reason } = await tryCase(one, at.stage);
      const wanted =
        skipReason(one, at.stage) === undefined ? "kept" : "skipped";
      if (outcome === wanted) count[wanted] += 1;
      else broken.push(`${name}: ${reason}`);
    }
    const { hits } = at.proxy;
    return {
      ...count,
      broken,
      hits: hits.byName,
      unacted: traps.filter((trap) => hits.of(trap) === 0),
    };
  } finally {
    await at.close();
  }
}

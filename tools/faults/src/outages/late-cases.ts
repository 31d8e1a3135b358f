import { readFile } from "node:fs/promises";
import type { Service } from "@ams-sync/stack";
import { waitFor } from "@ams-sync/testing";
import type { Case } from "./cases.js";
import type { Held } from "./gate.js";
import type { Office } from "./office.js";
import type { Site } from "./site.js";
import { conclude } from "./strike.js";
import { holder } from "./worker-cases.js";

interface Late {
  readonly name: string;
  /** What stands on both sides before. */
  readonly before?: (office: Office) => Promise<void>;
  /** Makes the account send the request that will hang. */
  readonly trigger: (office: Office) => Promise<void>;
  readonly method: "PUT" | "DELETE";
  /** In ams, while worker and request hang. */
  readonly meanwhile: (office: Office, customerId: string) => Promise<void>;
  /** What the server must answer to the late request: otherwise the case is not what it says. */
  readonly answer: readonly number[];
}

/** Written into every card, so that a request tells whose it is. */
const MARK = "+49 451 99";
/** Longer than the lease, the sweep, and what the successor needs for a few records. */
const TAKEN_OVER_MS = 60_000;

/**
 * A worker stands still with a request under way, which hangs in front of the server. Its lease runs out and another
 * worker does the work; only then does the request reach the server, and the first worker wakes.
 */
const late = (what: Late): Case => ({
  name: what.name,
  run: async (site) => {
    const office = await site.office({ customers: 24, appointments: 0 });
    await office.commit(
      `update ams.customer set fax = '${MARK}' || customer_id where tenant_id = :tenant`,
    );
    await what.before?.(office);
    const caught = site.gate.holdNext(
      ({ method, path }) =>
        method === what.method && path.startsWith(office.home),
    );
    await what.trigger(office);
    const held = await caught;
    const stuck = await holder(site, office);
    stuck.pause();
    const begin = performance.now();
    let status: number;
    try {
      await what.meanwhile(office, customerIn(site, office, held));
      await office.healed(TAKEN_OVER_MS);
      status = await held.release();
    } finally {
      stuck.resume();
    }
    if (!what.answer.includes(status))
      throw new Error(`The late ${what.method} was answered with ${status}.`);
    await lostItsLease(stuck);
    return conclude(office, {
      ...{ begin, mends: true },
      struckAt: [`a ${what.method} released late, answered ${status}`],
    });
  },
});

/** The record that the request is about, or one before it at the same address. */
function customerIn(site: Site, office: Office, held: Held): string {
  const texts = site.gate
    .passages(office.home)
    .filter(({ path }) => path === held.passage.path)
    .map(({ body }) => body);
  for (const text of texts) {
    // However the card writes the number.
    const id = /^TEL.*?49451990*(\d+)$/m.exec(
      text.replaceAll(/[ \-/()]/g, "").replaceAll("\r", ""),
    )?.[1];
    if (id !== undefined) return id;
  }
  throw new Error("The request does not tell whose card it is.");
}

async function lostItsLease(worker: Service): Promise<void> {
  await waitFor(
    async () => (await readFile(worker.logFile, "utf8")).includes("lease-lost"),
    { what: "the first worker to be refused", timeoutMs: 30_000 },
  );
}

const settled = async (office: Office): Promise<void> => {
  await office.connect();
  await office.exact();
};
const set = (office: Office, id: string, values: string): Promise<void> =>
  office.commit(
    `update ams.customer set ${values} where tenant_id = :tenant and customer_id = ${id}`,
  );
const first = async (office: Office): Promise<string> =>
  (await office.ids("customer"))[0] ?? "";

/** Two workers that both believe to hold the account: the one that is late brings back what the other one has dealt with. */
export const lateCreateOfDeleted = late({
  name: "late create; meanwhile the record was deleted",
  trigger: (office) => office.connect(),
  method: "PUT",
  meanwhile: (office, id) =>
    office.commit(
      `delete from ams.customer where tenant_id = :tenant and customer_id = ${id}`,
    ),
  answer: [201, 204],
});

export const LATE_CASES: readonly Case[] = [
  late({
    name: "late create; meanwhile the record was changed and sent",
    trigger: (office) => office.connect(),
    method: "PUT",
    meanwhile: (office, id) => set(office, id, "city = 'Köln'"),
    answer: [412],
  }),
  lateCreateOfDeleted,
  late({
    name: "late update; meanwhile it was done",
    before: settled,
    trigger: async (office) =>
      set(office, await first(office), "city = 'Köln'"),
    method: "PUT",
    meanwhile: async () => undefined,
    answer: [412],
  }),
  late({
    name: "late update; meanwhile the change was taken back",
    before: async (office) => {
      await set(office, await first(office), "city = 'Lübeck'");
      await settled(office);
    },
    trigger: async (office) =>
      set(office, await first(office), "city = 'Köln'"),
    method: "PUT",
    meanwhile: (office, id) => set(office, id, "city = 'Lübeck'"),
    answer: [201, 204],
  }),
  late({
    name: "late delete; meanwhile the record came back into scope",
    before: async (office) => {
      await office.commit(
        `insert into ams.agent_release (tenant_id, user_id, agent_id)
         select tenant_id, user_id, agent_id from ams.user_account join ams.agent using (tenant_id)
         where tenant_id = :tenant on conflict do nothing`,
        `update ams.customer set agent_id = (select min(agent_id) from ams.agent where tenant_id = :tenant) where tenant_id = :tenant`,
        `update ams.tenant set agent_release = true where tenant_id = :tenant`,
      );
      await settled(office);
    },
    trigger: async (office) =>
      set(office, await first(office), "agent_id = null"),
    method: "DELETE",
    meanwhile: (office, id) =>
      set(
        office,
        id,
        "agent_id = (select min(agent_id) from ams.agent where tenant_id = :tenant)",
      ),
    answer: [200, 204],
  }),
];

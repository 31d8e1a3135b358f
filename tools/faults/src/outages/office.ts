import { generateBrokerage } from "@ams-sync/ams";
import type { SettingsServiceDefinition } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import {
  connectUser,
  isExact,
  verifyUser,
  type ConnectedUser,
  type Verified,
} from "@ams-sync/proof";
import type { Stack } from "@ams-sync/stack";
import { waitFor } from "@ams-sync/testing";
import type { Captured } from "../watch/captured.js";
import { isWrite, type Gate } from "./gate.js";
import { rows, withClient } from "./sql.js";

export interface OfficeSize {
  readonly customers: number;
  readonly appointments: number;
}

/** A brokerage with one user, who has an address book and a calendar behind the gate. */
export interface Office {
  readonly tenantId: string;
  readonly size: OfficeSize;
  /** Begins the synchronisation. */
  connect(): Promise<void>;
  /** One transaction in ams. */
  commit(...statements: readonly string[]): Promise<void>;
  ids(table: "customer" | "appointment"): Promise<string[]>;
  /** Items written since the last call of `mark`, or ever. */
  written(): number;
  mark(): void;
  /** Paths of the user's items begin so. */
  readonly home: string;
  /** How the server differs from ams right now. */
  look(): Promise<Verified>;
  /** What was wrong at any moment: two items for one record. */
  doubles(): readonly string[];
  /** The look at the first moment when all of ams is captured and the account has nothing left to do. */
  atRest(timeoutMs?: number): Promise<Verified>;
  /** The same; throws unless the server holds every record exactly once then. */
  exact(timeoutMs?: number): Promise<Verified>;
  /** Waits longer, where something can only be found by a later look: until the server holds every record exactly once. */
  healed(timeoutMs?: number): Promise<Verified>;
  /** Has everything looked over on both sides again. @returns how many writes that caused */
  furtherRun(): Promise<number>;
  account(): Promise<AccountRow>;
}

export interface AccountRow {
  readonly run_id: string | null;
  readonly running: boolean;
  readonly health: string;
  readonly error_message: string | null;
  readonly pending: number;
  readonly set_aside: number;
  readonly links: number;
  readonly owed: boolean;
  readonly due: boolean;
}

export interface OfficeParts {
  readonly stack: Stack;
  readonly gate: Gate;
  readonly settings: GrpcClient<typeof SettingsServiceDefinition>;
  readonly captured: Captured;
  readonly number: number;
  readonly size: OfficeSize | undefined;
  readonly login: { readonly username: string; readonly password: string };
}

const PATIENCE_MS = 150_000;
/** Not more appointments than may be deleted unasked: a case deletes all of them. */
const SIZE: OfficeSize = { customers: 60, appointments: 10 };

export async function openOffice(parts: OfficeParts): Promise<Office> {
  const { stack, gate, settings, captured, login, size = SIZE } = parts;
  const { tenantId, users } = await generateBrokerage({
    url: stack.amsAdminUrl,
    seed: parts.number,
    name: `Prüfmakler ${parts.number}`,
    now: new Date(),
    ...{ users: 1, companies: 0, agents: 1, agentRelease: false, ...size },
  });
  const [person] = users;
  if (!person) throw new Error("The brokerage has no user.");
  const home = `/${login.username}/`;
  const writes = () =>
    gate.passages(home).filter(
      (passage) =>
        isWrite(passage) &&
        passage.status !== undefined &&
        passage.status < 300 &&
        // Not the collections themselves.
        !passage.path.endsWith("/"),
    ).length;
  let marked = 0;
  let user: ConnectedUser | undefined;
  const connected = (): ConnectedUser => {
    if (!user) throw new Error("The user is not connected yet.");
    return user;
  };
  const account = async (): Promise<AccountRow> => {
    const [row] = await rows<AccountRow>(stack.adminUrl, ACCOUNT, [tenantId]);
    if (!row) throw new Error("state does not know the account.");
    return row;
  };
  const idle = async (): Promise<boolean> => {
    const row = await account();
    return !row.running && row.pending === 0 && !row.owed && !row.due;
  };
  const verify = () =>
    withClient(stack.amsAdminUrl, tenantId, (ams) =>
      verifyUser(ams, tenantId, connected()),
    );
  const told = async (error: unknown, last?: Verified): Promise<Error> =>
    new Error(
      `${error instanceof Error ? error.message : String(error)} ${tell(last)} ${JSON.stringify(await account())}`,
      { cause: error },
    );
  const atRest = async (timeoutMs = PATIENCE_MS): Promise<Verified> => {
    await captured(timeoutMs);
    try {
      await waitFor(idle, { what: "rest", timeoutMs, everyMs: 100 });
    } catch (error) {
      throw await told(error);
    }
    return verify();
  };
  return {
    tenantId,
    size,
    home,
    connect: async () => {
      user = await connectUser(
        settings,
        tenantId,
        { userId: person.userId, name: login.username },
        { url: gate.url, ...login },
      );
    },
    commit: (...statements) =>
      withClient(stack.amsAdminUrl, tenantId, async (ams) => {
        await ams.query("begin");
        for (const statement of statements)
          await ams.query(statement.replaceAll(":tenant", `'${tenantId}'`));
        await ams.query("commit");
      }),
    ids: async (table) =>
      (
        await rows<{ id: string }>(
          stack.amsAdminUrl,
          `select ${table}_id as id from ams.${table} where tenant_id = $1 order by 1`,
          [tenantId],
          tenantId,
        )
      ).map(({ id }) => id),
    written: () => writes() - marked,
    mark: () => (marked = writes()),
    look: verify,
    doubles: () => gate.items.troubles(home),
    atRest,
    exact: async (timeoutMs) => {
      const seen = await atRest(timeoutMs);
      if (!exactly(seen)) throw await told("Not exact at rest:", seen);
      return seen;
    },
    healed: async (timeoutMs = PATIENCE_MS) => {
      let last: Verified | undefined;
      const healed = async () => {
        if (!(await idle())) return undefined;
        last = await verify();
        return exactly(last) ? last : undefined;
      };
      const what = "every record once";
      try {
        return await waitFor(healed, { what, timeoutMs, everyMs: 250 });
      } catch (error) {
        throw await told(error, last);
      }
    },
    furtherRun: async () => {
      const before = writes();
      await rows(stack.adminUrl, LOOK_OVER, [tenantId]);
      await waitFor(idle, {
        what: `a further run; ${JSON.stringify(await account())}`,
        timeoutMs: 60_000,
        everyMs: 100,
      });
      return writes() - before;
    },
    account,
  };
}

const exactly = ({ contacts, appointments }: Verified): boolean =>
  isExact(contacts) && isExact(appointments);
export const lost = ({ contacts, appointments }: Verified): number =>
  contacts.missing.length + appointments.missing.length;
export const doubled = ({ contacts, appointments }: Verified): number =>
  contacts.surplus.length + appointments.surplus.length;

const tell = (verified: Verified | undefined): string =>
  verified
    ? `Lost ${lost(verified)}, doubled or strange ${doubled(verified)} of ${verified.contacts.expected + verified.appointments.expected}: ${JSON.stringify(
        [verified.contacts, verified.appointments].map(
          ({ missing, surplus }) => ({
            missing: missing.slice(0, 3),
            surplus: surplus.slice(0, 3),
          }),
        ),
      )}.`
    : "The account never came to rest.";

const ACCOUNT = `
  select a.run_id, coalesce(a.lease_until > clock_timestamp(), false) as running, a.health, a.error_message,
    c.pending::int, c.set_aside::int, c.links::int, t.owed, s.due_at <= clock_timestamp() as due
  from state.account a
  join state.schedule s using (tenant_id, account_id)
  cross join lateral (select coalesce(sum(pending), 0) as pending, coalesce(sum(set_aside), 0) as set_aside,
    coalesce(sum(links), 0) as links from state.stream_count c
    where c.tenant_id = a.tenant_id and c.account_id = a.account_id) c
  cross join lateral (select bool_or(t.full_wanted > t.full_done or t.feed_epoch is distinct from src.epoch) as owed
    from state.stream t left join state.tenant te using (tenant_id) left join state.source src on src.name = te.source
    where t.tenant_id = a.tenant_id and t.account_id = a.account_id) t
  where a.tenant_id = $1`;

/** Everything of ams and what the other side announces, as after a change of settings. */
const LOOK_OVER = `
  with streams as (
    update state.stream set full_wanted = full_wanted + 1, remote_due_at = now() where tenant_id = $1)
  update state.schedule set due_at = now(), not_before = null where tenant_id = $1`;

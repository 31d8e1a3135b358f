import type { AccountStatus } from "@ams-sync/contracts";
import {
  type ConnectedUser,
  isExact,
  type Office,
  type Verified,
} from "@ams-sync/proof";
import {
  type DavRequest,
  type LoggedRequest,
  type QuirkProxy,
  waitFor,
} from "@ams-sync/testing";
import { rows } from "../outages/sql.js";
import type { Captured } from "../watch/captured.js";
import type { ItemLedger } from "../watch/item-ledger.js";

/** Where the user's items lie, and what stands before it. */
export interface Server {
  readonly proxy: QuirkProxy;
  readonly items: ItemLedger;
  /** Past the proxy. */
  readonly directUrl: string;
}

interface Login {
  readonly username: string;
  readonly password: string;
}

/** A brokerage with one user, whose address book and calendar lie behind the quirk proxy. */
export class Branch {
  #user: ConnectedUser | undefined;

  private constructor(
    readonly office: Office,
    private readonly server: Server,
    private readonly login: Login,
    private readonly captured: Captured,
  ) {}

  static of(
    office: Office,
    server: Server,
    login: Login,
    captured: Captured,
  ): Branch {
    return new Branch(office, server, login, captured);
  }

  /** Whether a request is for this user's collections or items. */
  readonly owns = ({ path }: Pick<DavRequest, "path">): boolean =>
    path.startsWith(this.#home);

  readonly writes = (request: Pick<DavRequest, "method" | "path">): boolean =>
    this.owns(request) &&
    (request.method === "PUT" || request.method === "DELETE") &&
    !request.path.endsWith("/");

  /** Requests of this user among the newest of the proxy. */
  requests(): readonly LoggedRequest[] {
    return this.server.proxy.requests.newest.filter((request) =>
      this.owns(request),
    );
  }

  /** Begins the first transfer. */
  async connect(): Promise<void> {
    const { url } = this.server.proxy;
    this.#user = await this.office.connect(0, { url, ...this.login });
  }

  /** In one transaction four records change, two go, three come. */
  async commitWave(): Promise<void> {
    const { ams, tenantId } = this.office;
    const [customers, appointments] = [
      await this.#ids("customer"),
      await this.#ids("appointment"),
    ];
    const own = `tenant_id = '${tenantId}'`;
    await ams.query("begin");
    for (const sql of [
      `update ams.customer set mobile = '+49 151 ' || customer_id, city = 'Lübeck'
        where ${own} and customer_id in (${customers.slice(0, 3).join(",")})`,
      `update ams.appointment set remark = 'verschoben: Größe' where ${own} and appointment_id = ${appointments[0]}`,
      `delete from ams.customer where ${own} and customer_id = ${customers.at(-1)}`,
      `delete from ams.appointment where ${own} and appointment_id = ${appointments.at(-1)}`,
      `insert into ams.customer (tenant_id, kind, first_name, last_name, city)
       select '${tenantId}', 'private', 'Jörg', 'Übermüller ' || n, 'Görlitz' from generate_series(1, 2) n`,
      `insert into ams.appointment (tenant_id, user_id, date, reason, starts_at_time, ends_at_time)
       select tenant_id, user_id, date, 'Übergabe', '09:00', '10:15' from ams.appointment
        where ${own} and appointment_id = ${appointments[1]}`,
    ])
      await ams.query(sql);
    await ams.query("commit");
  }

  async status(): Promise<AccountStatus> {
    const { office } = this;
    const { tenantId } = office;
    const { accounts } = await office.accounts.listAccounts({ tenantId });
    const [account] = accounts;
    if (!account) throw new Error("state does not know the account.");
    return account;
  }

  /** What was wrong at any moment: two items for one record. */
  doubles(): readonly string[] {
    return this.server.items.troubles(this.#home);
  }

  /** The look at the first moment when all of ams is captured and the account has nothing left to do. */
  async atRest(timeoutMs = 60_000): Promise<Verified> {
    await this.captured(timeoutMs);
    await this.#idle("rest", timeoutMs);
    return this.#verify();
  }

  /** The same; throws unless the server holds every record exactly once then. */
  async exact(timeoutMs?: number): Promise<Verified> {
    const seen = await this.atRest(timeoutMs);
    if (isExact(seen.contacts) && isExact(seen.appointments)) return seen;
    throw await this.#told("Not exact at rest:", seen);
  }

  /** Has everything looked over on both sides again. @returns how many writes that caused */
  async furtherWrites(): Promise<number> {
    const { office, server } = this;
    await waitFor(() => server.proxy.requests.underWay === 0, {
      what: "the server to have answered everything",
    });
    const count = () => this.requests().filter(this.writes).length;
    const before = count();
    await rows(office.stack.adminUrl, LOOK_OVER, [office.tenantId]);
    await this.#idle("a further run", 30_000);
    return count() - before;
  }

  /** Items that the server lists, past the proxy. */
  async items(): Promise<number> {
    const { seen } = await this.#verify();
    return seen.contacts.length + seen.appointments.length;
  }

  /** Its connections; the services go on working for it. */
  close(): Promise<void> {
    return this.office.stop();
  }

  get #home(): string {
    return `/${this.login.username}/`;
  }

  async #idle(what: string, timeoutMs: number): Promise<void> {
    const idle = async () => isIdle(await this.status());
    try {
      await waitFor(idle, { what, timeoutMs, everyMs: 60 });
    } catch (error) {
      throw await this.#told(error);
    }
  }

  async #told(error: unknown, last?: Verified): Promise<Error> {
    const trail = this.requests().slice(-30);
    return new Error(
      `${error instanceof Error ? error.message : String(error)} ${JSON.stringify({ contacts: last?.contacts, appointments: last?.appointments })} ${JSON.stringify(await this.status(), bigints)} ${trail.map(({ method, status }) => `${method} ${status}`).join(", ")}`,
      { cause: error },
    );
  }

  #verify(): Promise<Verified> {
    if (!this.#user) throw new Error("The user is not connected yet.");
    return this.office.verify({
      ...this.#user,
      login: { url: this.server.directUrl, ...this.login },
    });
  }

  async #ids(table: "customer" | "appointment"): Promise<string[]> {
    const { ams } = this.office;
    const found = await ams.query<{ id: string }>(
      `select ${table}_id as id from ams.${table} where tenant_id = $1 order by 1`,
      [this.office.tenantId],
    );
    return found.rows.map(({ id }) => id);
  }
}

function isIdle({ running, dueAt, streams }: AccountStatus): boolean {
  return (
    !running &&
    streams.length > 0 &&
    streams.every(
      ({ takenIn, pending, setAside }) =>
        takenIn && pending === 0n && setAside === 0n,
    ) &&
    (dueAt === undefined || dueAt.getTime() > Date.now())
  );
}

const bigints = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? Number(value) : value;

/** Everything of ams and what the other side announces, as after a change of settings. */
const LOOK_OVER = `
  with streams as (
    update state.stream set full_wanted = full_wanted + 1, remote_due_at = now() where tenant_id = $1)
  update state.schedule set due_at = now(), not_before = null where tenant_id = $1`;

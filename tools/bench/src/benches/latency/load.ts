import { Client } from "pg";
import type { ContactsOffice } from "../../sync/contacts-office.js";

/** So many changes at a time, so that timers need not be exact. */
const TICK_MS = 50;

/** Commits changes of the customers at a steady rate, each in a transaction of its own. */
export class Load {
  #committed = 0;
  #stopped = false;
  readonly #begun = performance.now();
  readonly #running: Promise<void>;

  private constructor(
    private readonly client: Client,
    private readonly tenantId: string,
    private readonly customers: readonly string[],
    private readonly perSecond: number,
  ) {
    this.#running = this.#run();
    this.#running.catch(() => undefined);
  }

  static async start(
    { stack, tenantId }: ContactsOffice,
    customers: readonly string[],
    perSecond: number,
  ): Promise<Load> {
    const client = new Client({ connectionString: stack.amsAdminUrl });
    await client.connect();
    return new Load(client, tenantId, customers, perSecond);
  }

  /** @returns changes per second that were committed */
  async stop(): Promise<number> {
    this.#stopped = true;
    try {
      await this.#running;
    } finally {
      await this.client.end();
    }
    const seconds = (performance.now() - this.#begun) / 1_000;
    return Math.round(this.#committed / seconds);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const seconds = (performance.now() - this.#begun) / 1_000;
      while (this.#committed < seconds * this.perSecond) {
        await this.client.query(
          "update ams.customer set fax = $3 where tenant_id = $1 and customer_id = $2",
          [
            this.tenantId,
            this.customers[this.#committed % this.customers.length],
            `+49 221 ${this.#committed}`,
          ],
        );
        this.#committed += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }
}

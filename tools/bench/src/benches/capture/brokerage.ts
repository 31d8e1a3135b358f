import { randomUUID } from "node:crypto";
import { connect } from "./database.js";
import type { Client } from "pg";

export interface Committed {
  /** Where ams's WAL ends after the last of the rows. */
  readonly end: string;
  /** In the order of their commits. */
  readonly ids: readonly string[];
}

/** One tenant whose customers are changed again and again. */
export class Brokerage {
  readonly tenantId = randomUUID();
  #round = 0;

  private constructor(
    private readonly client: Client,
    readonly customers: number,
  ) {}

  static async open(url: string, customers: number): Promise<Brokerage> {
    const client = await connect(url);
    const brokerage = new Brokerage(client, customers);
    const { tenantId } = brokerage;
    await client.query("select set_config('app.tenant_id', $1, false)", [
      tenantId,
    ]);
    await client.query(
      "insert into ams.tenant (tenant_id, name) values ($1, 'Maklerbüro Weiß')",
      [tenantId],
    );
    await client.query(
      `insert into ams.customer (tenant_id, customer_id, customer_number, kind, first_name, last_name, street,
         postal_code, city, phone_private, mobile, email, birth_date)
       select $1, n, 'K-' || n, 'private', 'Jürgen', 'Groß-Müller ' || n, 'Bärenstraße ' || n % 200,
         lpad((n % 99999)::text, 5, '0'), 'Köln', '0221 ' || n, '0171 ' || n, 'k' || n || '@beispiel.example',
         '1964-02-29'
       from generate_series(1, $2::int) n`,
      [tenantId, customers],
    );
    return brokerage;
  }

  /**
   * Changes `rows` customers in transactions of `size`, and waits for nothing
   * but the last one's place on disk. More rows than customers come round again.
   */
  async change(rows: number, size: number): Promise<Committed> {
    this.#round += 1;
    // Commits one by one as fast as the machine goes; that is not what is measured.
    await this.client.query("set synchronous_commit = off");
    // A loop in the server, as 100,000 transactions over the wire take half a minute.
    await this.client.query(
      `do $$ begin
         for start in 0 .. ${rows - 1} by ${size} loop
           for n in start .. least(start + ${size}, ${rows}) - 1 by ${this.customers} loop
             update ams.customer set mobile = '0171 ${this.#round}/' || customer_id
             where tenant_id = '${this.tenantId}' and customer_id between n % ${this.customers} + 1
               and n % ${this.customers} + least(${size}, ${rows} - n, ${this.customers});
           end loop;
           commit;
         end loop;
       end $$`,
    );
    const [row] = (
      await this.client.query<{ lsn: string }>(
        "select pg_current_wal_insert_lsn()::text as lsn",
      )
    ).rows;
    // Somebody who reads up to `end` learns only from what comes after it that he is there.
    await this.client.query("set synchronous_commit = on");
    await this.client.query(
      "select pg_logical_emit_message(true, 'bench', '')",
    );
    const ids = Array.from({ length: rows }, (_, n) =>
      String((n % this.customers) + 1),
    );
    return { end: row?.lsn ?? "", ids };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

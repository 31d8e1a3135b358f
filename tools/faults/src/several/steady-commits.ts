import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";

export interface SteadyCommits {
  /** Transactions so far. */
  readonly count: number;
  /** Until there were so many. */
  reach(count: number): Promise<void>;
  /** Ends them; throws what went wrong in one. */
  stop(): Promise<void>;
}

/** Of this process: customers' numbers are given once. */
let made = 0;

/** New customers, changed ones, deleted ones and several at once, one transaction after the other. */
export function commitSteadily(url: string, tenantId: string): SteadyCommits {
  let count = 0;
  let going = true;
  const work = async (): Promise<void> => {
    const ams = new Client({ connectionString: url });
    await ams.connect();
    try {
      while (going) {
        await ams.query(statement((made += 1)), [tenantId]);
        count += 1;
        await delay(10);
      }
    } finally {
      await ams.end();
    }
  };
  let failure: unknown;
  const working = work().catch((error: unknown) => {
    failure = error;
  });
  return {
    get count() {
      return count;
    },
    reach: async (wanted) => {
      while (count < wanted && failure === undefined) await delay(10);
    },
    stop: async () => {
      going = false;
      await working;
      if (failure !== undefined) throw failure;
    },
  };
}

const statement = (number: number): string => {
  switch (number % 5) {
    case 0:
      return `insert into ams.customer (tenant_id, kind, status, customer_number, last_name, city)
        values ($1, 'private', 'customer', 'S${number}', 'Süß ${number}', 'Görlitz')`;
    case 1:
      return `update ams.customer set city = 'Köln ${number}' where tenant_id = $1
        and customer_id = (select max(customer_id) from ams.customer where tenant_id = $1)`;
    case 2:
      return `update ams.customer set profession = 'Bäcker ${number}' where tenant_id = $1 and customer_id <= 5`;
    case 3:
      return `delete from ams.customer where tenant_id = $1 and customer_number like 'S%'
        and customer_id = (select min(customer_id) from ams.customer where tenant_id = $1 and customer_number like 'S%')`;
    default:
      return `update ams.appointment set remark = 'Nr. ${number}' where tenant_id = $1 and appointment_id <= 3`;
  }
};

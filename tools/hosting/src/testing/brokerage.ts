import { randomUUID } from "node:crypto";
import type { Database } from "../database.js";

export interface Brokerage {
  readonly tenantId: string;
  readonly accountId: string;
  readonly runId: string;
}

/** At least a row of a tenant in every table that has tenants; the specs see to it that none is missing. */
export async function brokerage(
  superuser: Database,
  { links = 3 }: { links?: number } = {},
): Promise<Brokerage> {
  const tenantId = randomUUID();
  const accountId = randomUUID();
  const runId = randomUUID();
  const of = `'${tenantId}', '${accountId}'`;
  await superuser.query(`
    insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, contacts, version)
      values (${of}, 7, 'cloud', 'https://dav.example/', 'jürgen', 'ams-wins', '{}', 1);
    insert into settings.tenant_key values ('${tenantId}', '1.schluessel-geheim');
    insert into settings.credential values (${of}, '1.kennwort-geheim');
    insert into settings.announcement values (${of}, 1, true, '{}');
    insert into settings.audit_entry (tenant_id, by_name, account_id, user_id, action, changes)
      values ('${tenantId}', 'Jürgen Größe', '${accountId}', 7, 'created', '[]');
    insert into settings.audited_tenant values ('${tenantId}', now());

    insert into state.source (name, system_identifier, status) values ('ams', '1', 'streaming') on conflict do nothing;
    insert into state.tenant (tenant_id, source) values ('${tenantId}', 'ams');
    insert into state.feed (tenant_id, kind, record_id, epoch, position, deleted, committed_at)
      select '${tenantId}', 'customer', n, 1, n, false, now() from generate_series(1, ${links}) n;
    insert into state.account (tenant_id, account_id, user_id, system, settings_version, credential_version)
      values (${of}, 7, 'cloud', 1, 1);
    insert into state.schedule (tenant_id, account_id, system, due_at, parked) values (${of}, 'cloud', now(), false);
    insert into state.stream (tenant_id, account_id, kind, active, remote_due_at, poll_ms)
      values (${of}, 'contacts', true, now(), 1000);
    insert into state.stream_count (tenant_id, account_id, kind) values (${of}, 'contacts');
    insert into state.container values (${of}, 'contacts', 'cloud', '/dav/${tenantId}/');
    insert into state.run (tenant_id, account_id, run_id, worker, started_at, credential_version)
      values (${of}, '${runId}', 'w', now(), 1);
    insert into state.inbox (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at, committed_at, state, code, message)
      values (${of}, 'contacts', 'ams', 'customer', 1, false, 9007199254740993, now(), now(), 'set-aside', 'too-long', 'Zu lang');
    insert into state.link (tenant_id, account_id, stream, kind, record_id, item_id, hash, fields, origin)
      select ${of}, 'contacts', 'customer', n, '/dav/' || n || '.vcf', 'h', '{"city":"Köln"}', 'created'
      from generate_series(1, ${links}) n;
    insert into state.unlinked_item (tenant_id, account_id, stream, item_id, reason, candidates)
      values (${of}, 'contacts', '/dav/x.vcf', 'no-category', '[]');
    insert into state.unlinked_key values (${of}, 'contacts', 'k', '/dav/x.vcf');
    insert into state.parted_item (tenant_id, account_id, stream, item_id) values (${of}, 'contacts', '/dav/y.vcf');
    insert into state.ended_account values ('${tenantId}', gen_random_uuid());
    insert into state.mail_round values (${of}, 'held');
    insert into state.mail_digest values ('${tenantId}', 'held', '7');
    insert into state.removal (tenant_id, account_id, stream, deletes, clears) values (${of}, 'contacts', 1, 0);
    insert into state.conflict (tenant_id, account_id, stream, kind, record_id, item_id, field, winner, ams_value, run_id)
      values (${of}, 'contacts', 'customer', 1, '/dav/1.vcf', 'city', 'ams', 'Köln', '${runId}');
  `);
  return { tenantId, accountId, runId };
}

/** How many rows of the tenant each table of every service's schema has; asked of the catalogue by other words than the program's. */
export async function rowsByTable(
  superuser: Database,
  tenantId: string,
): Promise<Record<string, number>> {
  const { rows } = await superuser.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.columns
     where column_name = 'tenant_id' and table_schema not in ('pg_catalog', 'information_schema', 'bullmq') order by 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of rows) {
    const { rows: counted } = await superuser.query<{ count: number }>(
      `select count(*)::int as count from ${name} where tenant_id = $1`,
      [tenantId],
    );
    found[name] = counted[0]?.count ?? -1;
  }
  return found;
}

/** Only these outlast an erasure. */
export const MARKS = ["settings.erased_tenant", "state.erased_tenant"];

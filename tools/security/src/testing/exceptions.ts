export interface Exception {
  /** What reaches over tenants, in the order of the actions. */
  readonly may: string;
  readonly why: string;
}

const KEYS =
  "npm run keys -- rotate wraps what is sealed anew, of all tenants; nothing says whose it is, and without the master key it opens nothing";
const FIGURES =
  "the sweep and the hoster's view: ids, times, counts and health; no person, no text, no address";
const CAPTURED =
  "one capture for all tenants of an ams database: it reads keys, columns with personal data are not granted";

/** "role schema.table": who reaches over tenants, and why that may be. A new one has to be argued for here. */
export const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  "ams_sync_settings settings.announcement": {
    may: "select insert update delete move",
    why: "the announcer tells state of saved accounts, of all tenants: ids and versions only",
  },
  "ams_sync_settings settings.audited_tenant": {
    may: "select insert update delete move",
    why: "the retention goes from tenant to tenant: an id and a time",
  },
  "ams_sync_settings settings.login_try": {
    may: "select insert update delete",
    why: "tries at one server's login count over all tenants: hashes and counts, no tenant in it",
  },
  "ams_sync_keys settings.credential": { may: "select update", why: KEYS },
  "ams_sync_keys settings.tenant_key": { may: "select update", why: KEYS },
  "ams_sync_state state.source": {
    may: "select insert update",
    why: "an ams database, in which many tenants live; nobody's data",
  },
  "ams_sync_schedule state.schedule": { may: "select update", why: FIGURES },
  ...Object.fromEntries(
    ["account", "mail_round", "source", "stream", "stream_count"].map(
      (table) => [
        `ams_sync_schedule state.${table}`,
        { may: "select", why: FIGURES },
      ],
    ),
  ),
  ...Object.fromEntries(
    [
      ...["agent", "agent_release", "appointment", "company", "customer"],
      ...["customer_tag", "tag", "tenant", "user_account", "user_right"],
    ].map((table) => [
      `ams_sync_capture ams.${table}`,
      { may: "select", why: CAPTURED },
    ]),
  ),
};

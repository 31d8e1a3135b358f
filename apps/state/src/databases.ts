/** The data source of a login in ams_sync_state: one tenant at a time. */
export const STATE_DATABASE = Symbol("state database");
/** The data source of a login in ams_sync_schedule: all tenants, no personal data. */
export const SCHEDULE_DATABASE = Symbol("schedule database");

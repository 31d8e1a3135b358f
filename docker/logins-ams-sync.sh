#!/bin/sh
# Runs once, when our database is made: the logins of our services. The group
# roles get their rights from the migrations.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$RUNTIME_PASSWORD" -U postgres -d "$POSTGRES_DB" <<'SQL'
create role ams_sync_state nologin;
create role ams_sync_schedule nologin;
create role ams_sync_settings nologin;
-- of whoever hosts, docs/hosters.md: logins when they are needed
create role ams_sync_keys nologin;
create role ams_sync_tenants nologin;
create role state_login login password :'password' in role ams_sync_state;
create role schedule_login login password :'password' in role ams_sync_schedule;
create role settings_login login password :'password' in role ams_sync_settings;
SQL

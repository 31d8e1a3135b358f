#!/bin/sh
# Runs once, when the ams database is made: the logins of our services. The group
# roles get their rights from the migrations.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$RUNTIME_PASSWORD" -U postgres -d "$POSTGRES_DB" <<'SQL'
create role ams_sync_connector nologin;
create role ams_sync_capture nologin;
create role ams_sync_console nologin;
create role connector_login login password :'password' in role ams_sync_connector;
create role console_login login password :'password' in role ams_sync_console;
create role capture_login login replication password :'password' in role ams_sync_capture;
SQL

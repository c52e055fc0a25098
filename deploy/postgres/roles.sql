-- Who the services are to PostgreSQL: weir_app logs in and acts as weir_service, which may append to the log and not change it.
-- Run once, by an administrator, with psql 14 or newer, in the database of Weir:
--   WEIR_SERVICE_PASSWORD=... psql "$ADMINISTRATOR_URL" -f deploy/postgres/roles.sql
-- The container of deploy/compose.yaml does so when it makes its cluster.
\set ON_ERROR_STOP on
\getenv password WEIR_SERVICE_PASSWORD
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weir_service') THEN CREATE ROLE weir_service; END IF;
END $$;
CREATE ROLE weir_app LOGIN PASSWORD :'password' IN ROLE weir_service;
ALTER ROLE weir_app SET role = 'weir_service';

-- Who the services are to PostgreSQL: weir_app logs in and acts as weir_service, which may append to the log and not change it.
-- Run by an administrator, with psql 14 or newer, in the database of Weir:
--   WEIR_SERVICE_PASSWORD=... psql "$ADMINISTRATOR_URL" -f deploy/postgres/roles.sql
-- May be run again at any time: what is there stays, and weir_app gets the password that is given.
-- The container of deploy/compose.yaml runs it when it makes its cluster.
\set ON_ERROR_STOP on
\set password ''
\getenv password WEIR_SERVICE_PASSWORD
BEGIN;
SET LOCAL weir.service_password = :'password';
DO $$ BEGIN
  IF current_setting('weir.service_password') = '' THEN
    RAISE EXCEPTION 'WEIR_SERVICE_PASSWORD is not set: put the password that weir_app shall have into it and run this again.';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weir_service') THEN CREATE ROLE weir_service; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weir_app') THEN CREATE ROLE weir_app; END IF;
  IF NOT pg_has_role('weir_app', 'weir_service', 'MEMBER') THEN GRANT weir_service TO weir_app; END IF;
  EXECUTE format('ALTER ROLE weir_app LOGIN PASSWORD %L', current_setting('weir.service_password'));
END $$;
ALTER ROLE weir_app SET role = 'weir_service';
COMMIT;

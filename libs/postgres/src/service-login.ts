import type pg from 'pg';

/** The role that services act as. It may add to what is evidence (SELECT, INSERT) and change none of it. */
export const SERVICE_ROLE = 'weir_service';

/** Whoever serves logs in as somebody who could change what was recorded. No trying again helps, only another login. */
export class LoginMayChangeLog extends Error {
  override readonly name = 'LoginMayChangeLog';

  constructor(login: string, because: string) {
    super(
      `DATABASE_URL logs in as ${login}, which ${because}, and so could change what was recorded. Services need a login that cannot: make one with deploy/postgres/roles.sql and name it in DATABASE_URL. The schema is brought up to date by weir migrate with the login that owns it; weir up takes that one as DATABASE_OWNER_URL.`,
    );
  }
}

/**
 * Why the session's login could change evidence, in words that follow "which"; null when it could not. It asks for the
 * login and every role that it may become: `SET ROLE`, `RESET ROLE` and the like lead nowhere else. Evidence are the
 * tables that the services' role may add to and not take from, whatever schema they are in; before there are any, the
 * attributes of the login tell.
 */
const REASON = `
  WITH reach AS (
    SELECT r.oid, r.rolname, r.rolsuper, r.rolcreaterole, r.rolname = session_user AS is_login
      FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER')
  ), evidence AS (
    SELECT c.oid, c.relowner, n.nspowner, s.oid AS service, n.nspname || '.' || c.relname AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_roles s ON s.rolname = '${SERVICE_ROLE}'
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND pg_catalog.has_table_privilege(s.oid, c.oid, 'INSERT') AND NOT pg_catalog.has_table_privilege(s.oid, c.oid, 'DELETE')
  ), reason (rank, words) AS (
    SELECT 1, 'is a superuser' FROM reach WHERE rolsuper AND is_login
    UNION ALL SELECT 2, 'may create roles' FROM reach WHERE rolcreaterole AND is_login
    UNION ALL SELECT 3, 'owns the database' FROM reach JOIN pg_catalog.pg_database d ON d.datdba = reach.oid AND d.datname = current_database() WHERE is_login
    UNION ALL SELECT 4, 'owns ' || e.name FROM reach JOIN evidence e ON reach.oid IN (e.relowner, e.nspowner) WHERE is_login
    UNION ALL SELECT 5, 'may become ' || rolname || ', a role of more power'
      FROM reach WHERE NOT is_login AND (rolsuper OR rolcreaterole
        OR rolname IN ('pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files')
        OR oid = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database())
        OR EXISTS (SELECT FROM evidence e WHERE reach.oid IN (e.relowner, e.nspowner)))
    UNION ALL SELECT 6, 'may ' || what || ' ' || e.name
      FROM reach, evidence e, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS what
     WHERE pg_catalog.has_table_privilege(reach.oid, e.oid, what) AND NOT pg_catalog.has_table_privilege(e.service, e.oid, what)
        OR what = 'UPDATE' AND pg_catalog.has_any_column_privilege(reach.oid, e.oid, what) AND NOT pg_catalog.has_any_column_privilege(e.service, e.oid, what)
  )
  SELECT session_user::text AS login, words FROM reason ORDER BY rank, words LIMIT 1`;

/**
 * Asks a session whether its login could change what was recorded.
 * @throws LoginMayChangeLog when it could.
 */
export const requireServiceLogin = async (session: Pick<pg.ClientBase, 'query'>): Promise<void> => {
  const { rows } = await session.query<{ login: string; words: string }>(REASON);
  const [found] = rows;
  if (found) throw new LoginMayChangeLog(found.login, found.words);
};

/**
 * Refuses a pool's login at a start, as far as the server can be asked: when it cannot be reached, the pool's first
 * connection is what is refused.
 * @throws LoginMayChangeLog
 */
export const refuseStrongLogin = async (pool: pg.Pool): Promise<void> => {
  try {
    (await pool.connect()).release();
  } catch (fault) {
    if (fault instanceof LoginMayChangeLog) throw fault;
  }
};

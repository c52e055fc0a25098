import { z } from 'zod';

const SCHEMES = ['postgres:', 'postgresql:'];
const FORM = 'give it as postgres://user:password@host:port/database';

/** What is wrong with an address of PostgreSQL, without the address: it holds a password. Null when nothing is. */
export const faultOfDatabaseUrl = (text: string): string | null => {
  const url = URL.parse(text);
  if (url === null || isTorn(url))
    return `is no address; ${FORM}, with what is special in the password percent-encoded (@ as %40, / as %2F)`;
  if (!SCHEMES.includes(url.protocol)) return `begins with ${url.protocol}//, and only PostgreSQL can be used; ${FORM}`;
  return null;
};

/** A password that is not encoded ends the host early; the rest of it must not be taken for the name of a database, which is logged. */
const isTorn = ({ protocol, pathname, search, hash }: URL): boolean =>
  SCHEMES.includes(protocol) && (hash !== '' || `${pathname}${search}`.includes('@'));

/** DATABASE_URL of a service; `holds` names what is in that database, for whoever sets it. */
export const databaseUrlField = (holds: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const fault = faultOfDatabaseUrl(text);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    })
    .describe(`PostgreSQL that holds ${holds}, as postgres://user:password@host:port/database`);

/** Where a database is, for log lines: neither login nor password. */
export const placeOfDatabase = (databaseUrl: string): { readonly host: string; readonly database: string } => {
  const url = new URL(databaseUrl);
  const host = url.hostname || (url.searchParams.get('host') ?? 'localhost');
  return {
    host: `${host}:${url.port || (url.searchParams.get('port') ?? '5432')}`,
    database: decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username),
  };
};

import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';

const SCHEMES = ['postgres:', 'postgresql:'];
const FORM = 'give it as postgres://user:password@host:port/database';

/** What is wrong with an address of PostgreSQL, without the address: it holds a password. Null when nothing is. */
export const faultOfDatabaseUrl = (text: string): string | null => {
  const url = URL.parse(text);
  if (url === null || isTorn(url))
    return `is no address; ${FORM}, with what is special in the password percent-encoded (@ as %40, / as %2F)`;
  if (!SCHEMES.includes(url.protocol)) return `begins with ${url.protocol}//, and only PostgreSQL can be used; ${FORM}`;
  return faultOfTls(url);
};

const MODES = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];
const UNCHECKED = ['disable', 'no-verify'];
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** What `pg` would take for something else, or stumble over at the first connection. */
const faultOfTls = ({ hostname, searchParams }: URL): string | null => {
  const mode = searchParams.get('sslmode');
  if (mode !== null && !MODES.includes(mode))
    return `asks for sslmode=${mode}, which is none; use verify-full, no-verify or disable`;
  for (const name of FILES) {
    const file = searchParams.get(name);
    const fault = file === null ? null : faultOfFile(file);
    if (fault !== null) return `names ${name}=${file ?? ''}, which cannot be read: ${fault}`;
  }
  const checksName = mode !== null && !UNCHECKED.includes(mode) && searchParams.get('uselibpqcompat') !== 'true';
  if (checksName && isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0)
    return `asks for sslmode=${mode} of ${hostname}; a certificate is checked for a name, so give the server's name in place of its address, or use sslmode=no-verify`;
  return null;
};

const faultOfFile = (file: string): string | null => {
  try {
    accessSync(file, constants.R_OK);
    return null;
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
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

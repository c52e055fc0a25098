/** What libpq means less by; PGSSLMODE has the same names. */
const STRICTER = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;
const AS_LIBPQ = /[?&]uselibpqcompat=true(?=&|$)/;

/**
 * The address as `pg` is given it. Whatever mode but disable and no-verify asks for TLS means verify-full, as it has with
 * `pg` 8, which warns that it will not for ever; said outright here, so that an upgrade of `pg` weakens nobody's. Who asks
 * for libpq's meaning (`uselibpqcompat=true`) gets it.
 */
export const connectionStringOf = (databaseUrl: string): string =>
  AS_LIBPQ.test(databaseUrl) ? databaseUrl : databaseUrl.replace(STRICTER, '$1verify-full');

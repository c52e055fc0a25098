import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (folder: string, args: readonly string[]): void =>
  void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** An authority of its own in `folder` (`NAME.crt`, `NAME.key`), and what signs by it. */
export const makeAuthority = (folder: string, name: string) => {
  const days = ['-days', '30', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(folder, ['req', '-x509', ...days, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`]);
  return {
    certificate: join(folder, `${name}.crt`),
    /** A certificate for a host, as `HOST.crt` and `HOST.key`. */
    sign: (host: string): { readonly certificate: string; readonly key: string } => {
      writeFileSync(join(folder, `${host}.ext`), `subjectAltName=DNS:${host}\n`);
      openssl(folder, [
        'req',
        ...days.slice(2),
        '-subj',
        `/CN=${host}`,
        '-keyout',
        `${host}.key`,
        '-out',
        `${host}.csr`,
      ]);
      openssl(folder, [
        ...['x509', '-req', '-in', `${host}.csr`, '-CA', `${name}.crt`, '-CAkey', `${name}.key`, '-CAcreateserial'],
        ...['-days', '30', '-extfile', `${host}.ext`, '-out', `${host}.crt`],
      ]);
      return { certificate: join(folder, `${host}.crt`), key: join(folder, `${host}.key`) };
    },
  };
};

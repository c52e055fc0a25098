// Writes apps/enrichment/src/licences/{spdx-licences,spdx-exceptions}.json from the SPDX licence list and the ScanCode
// LicenseDB index. Usage: node tools/generate-licence-tables.js DIR, where DIR holds spdx-licenses.json,
// spdx-exceptions.json and scancode-licensedb-index.json.gz.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [directory] = process.argv.slice(2);
if (directory === undefined)
  throw new Error('Name the folder that holds the lists: node tools/generate-licence-tables.js DIR');

const categories = {
  Permissive: 'permissive',
  'Copyleft Limited': 'weak-copyleft',
  Copyleft: 'copyleft',
  'Public Domain': 'public-domain',
  Commercial: 'proprietary',
  'Proprietary Free': 'proprietary',
  'Free Restricted': 'proprietary',
  'Source-available': 'proprietary',
  'Patent License': 'proprietary',
};

// ScanCode has no category for copyleft that offering a service over a network triggers.
const overNetwork = /^(AGPL-|SSPL-|OSL-|RPL-|CPAL-)/;

const read = (name) => JSON.parse(readFileSync(join(directory, name), 'utf8'));
const scancode = JSON.parse(gunzipSync(readFileSync(join(directory, 'scancode-licensedb-index.json.gz'))).toString());
const categoryOf = new Map();
for (const entry of scancode) {
  for (const id of [entry.spdx_license_key, ...entry.other_spdx_license_keys].filter(Boolean)) {
    if (!categoryOf.has(id) || !entry.is_deprecated) categoryOf.set(id, categories[entry.category] ?? 'unknown');
  }
}
const category = (id) => (overNetwork.test(id) ? 'network-copyleft' : (categoryOf.get(id) ?? 'unknown'));

const { licenses, licenseListVersion } = read('spdx-licenses.json');
const { exceptions } = read('spdx-exceptions.json');
const byId = (rows) => Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
const write = (name, table) => {
  const lines = Object.entries(table).map(([id, row]) => `  ${JSON.stringify(id)}: ${JSON.stringify(row)}`);
  writeFileSync(new URL(`../apps/enrichment/src/licences/${name}`, import.meta.url), `{\n${lines.join(',\n')}\n}\n`);
};

write(
  'spdx-licences.json',
  byId(
    licenses.map(({ licenseId, name, isOsiApproved, isDeprecatedLicenseId }) => [
      licenseId,
      { name, category: category(licenseId), osi: isOsiApproved, deprecated: isDeprecatedLicenseId },
    ]),
  ),
);
write('spdx-exceptions.json', byId(exceptions.map(({ licenseExceptionId: id }) => [id, category(id)])));
process.stdout.write(`SPDX list ${licenseListVersion}: ${licenses.length} licences, ${exceptions.length} exceptions\n`);

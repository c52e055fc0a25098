// Writes apps/enrichment/src/licences/{spdx-licences,spdx-exceptions,licence-addresses}.json from the SPDX licence list and the ScanCode
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
// Places that keep a licence where it is. An address that SPDX gives to two licences names neither.
const keepers =
  /^(?:projects\.)?(?:opensource\.org|mozilla\.org|eclipse\.org|creativecommons\.org|cecill\.info|opendatacommons\.org|latex-project\.org|boost\.org|postgresql\.org|python\.org|w3\.org|zlib\.net|mongodb\.com|mariadb\.com|wtfpl\.net|openldap\.org)$/;
const plain = (address) =>
  address
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '')
    .replace(/(?<=\/.*)\.(?:html?|php|txt|json|md|rdf)$/, '')
    .replace(/(?<=\/.*)\.[a-z]{2}(?:-[a-z]{2})?$/, '')
    .replace(/(?<=\/.*)\/(?:legalcode|deed)$/, '');
const byAddress = new Map();
for (const { licenseId, seeAlso, isDeprecatedLicenseId } of licenses) {
  if (isDeprecatedLicenseId) continue;
  for (const address of seeAlso.filter((one) => !/[?#]/.test(one)).map(plain))
    byAddress.set(address, [...(byAddress.get(address) ?? []), licenseId]);
}
write(
  'licence-addresses.json',
  byId(
    [...byAddress].flatMap(([address, ids]) =>
      ids.length === 1 && keepers.test(address.split('/')[0]) ? [[address, ids[0]]] : [],
    ),
  ),
);

process.stdout.write(`SPDX list ${licenseListVersion}: ${licenses.length} licences, ${exceptions.length} exceptions\n`);

import parse, { type SpdxNode } from 'spdx-expression-parse';
import { correctLicence } from './correct-licence.js';
import { categoryOf, type LicenceCategory } from './licence-category.js';

export interface Licence {
  /** What the package says, as one text; null when it says nothing. */
  readonly declared: string | null;
  /** SPDX licence expression; null when it cannot be known. */
  readonly expression: string | null;
  /** Every id that the expression names, exceptions too, sorted. */
  readonly ids: readonly string[];
  readonly category: LicenceCategory;
  /** exact: written as SPDX has it. corrected: the nearest SPDX expression. unresolved: said something, but what? */
  readonly match: 'exact' | 'corrected' | 'proprietary' | 'unresolved' | 'none';
}

const NOTHING_SAID = /^(|none|noassertion|unknown|n\/a)$/i;
const PROPRIETARY = /^unlicensed$|propriet|\bcommercial\b|all rights reserved|confidential|closed source/i;

/** What a package states as its licence, in any of the forms that registries have carried, as an SPDX expression. */
export function normaliseLicence(raw: unknown): Licence {
  const declared = declaredText(raw)?.trim() ?? '';
  const before = remembered.get(declared);
  if (before !== undefined) return before;
  const licence = licenceOf(declared);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (declared.length <= LONGEST_REMEMBERED) remembered.set(declared, licence);
  return licence;
}

/** Millions of packages state a few hundred licences. */
const remembered = new Map<string, Licence>();
const MOST_REMEMBERED = 2_000;
const LONGEST_REMEMBERED = 200;

function licenceOf(declared: string): Licence {
  if (NOTHING_SAID.test(declared)) return unknown(null, 'none');
  const name = declared.split(' :: ').at(-1) ?? declared;
  if (declared.length <= 100 && PROPRIETARY.test(name))
    return { ...unknown(declared, 'proprietary'), category: 'proprietary' };
  const exact = parsed(name);
  if (exact !== null) return known(declared, exact, name === declared ? 'exact' : 'corrected');
  const corrected = parsed(correctLicence(name) ?? '');
  return corrected === null ? unknown(declared, 'unresolved') : known(declared, corrected, 'corrected');
}

const unknown = (declared: string | null, match: Licence['match']): Licence => ({
  declared,
  expression: null,
  ids: [],
  category: 'unknown',
  match,
});

const known = (declared: string, node: SpdxNode, match: Licence['match']): Licence => ({
  declared,
  expression: render(node),
  ids: [...new Set(idsOf(node))].sort(),
  category: categoryOf(node),
  match,
});

/** A text, npm's {type, url}, or a list of either, which npm documented as a choice. */
function declaredText(raw: unknown): string | null {
  if (typeof raw === 'string') return raw;
  if (Array.isArray(raw))
    return (
      raw
        .map(declaredText)
        .filter((text) => text !== null)
        .join(' OR ') || null
    );
  if (typeof raw !== 'object' || raw === null) return null;
  const { type, name, id, license, expression } = raw as Readonly<Record<string, unknown>>;
  return declaredText(expression ?? id ?? type ?? name ?? license ?? null);
}

/** Nobody means a longer expression, and reading one takes the square of its length. */
const LONGEST_EXPRESSION = 4_096;

function parsed(text: string): SpdxNode | null {
  if (text.length > LONGEST_EXPRESSION) return null;
  try {
    return upgraded(parse(text));
  } catch (error) {
    // spdx-expression-parse throws for every text that is no expression; for "MIT AND" even a TypeError
    if (error instanceof Error) return null;
    throw error;
  }
}

/** GPL-2.0 and GPL-2.0+ are deprecated names of GPL-2.0-only and GPL-2.0-or-later. */
function upgraded(node: SpdxNode): SpdxNode {
  if (!('license' in node)) return { ...node, left: upgraded(node.left), right: upgraded(node.right) };
  if (!/^(A?GPL|LGPL|GFDL)-\d\.\d$/.test(node.license)) return node;
  const { plus, ...others } = node;
  return { ...others, license: `${node.license}-${plus ? 'or-later' : 'only'}` };
}

function render(node: SpdxNode): string {
  if ('license' in node)
    return `${node.license}${node.plus ? '+' : ''}${node.exception ? ` WITH ${node.exception}` : ''}`;
  return [node.left, node.right]
    .map((side) => renderSide(side, node.conjunction))
    .join(` ${node.conjunction.toUpperCase()} `);
}

/** AND binds closer than OR. */
const renderSide = (side: SpdxNode, around: 'and' | 'or'): string =>
  'conjunction' in side && side.conjunction === 'or' && around === 'and' ? `(${render(side)})` : render(side);

function idsOf(node: SpdxNode): string[] {
  if (!('license' in node)) return [...idsOf(node.left), ...idsOf(node.right)];
  return node.exception === undefined ? [node.license] : [node.license, node.exception];
}

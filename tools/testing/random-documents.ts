import { randomJson, type Chance, type Json } from './random-cases.js';
import { inputMembers, TEXTS, type Members } from './random-policies.js';

const ODD: readonly Json[] = [null, true, 0, 'x', [], {}, ['x'], { name: 'x' }, [{ name: 'npm', severity: 'HIGH' }]];

/** A document with members that policies of `randomPolicy` ask for; some are missing, and some are of another kind. */
export const randomDocument = (chance: Chance): Json => documentOf(chance, inputMembers);

const documentOf = (chance: Chance, members: Members): Json => {
  if (chance.happens(0.04)) return chance.pick(ODD);
  if (members === 'text') return chance.pick(TEXTS);
  if (members === 'number') return chance.pick([0, 0.5, 1, 7]);
  if (Array.isArray(members)) {
    const [of] = members as readonly [Members];
    return chance.listOf(3, () => documentOf(chance, of));
  }
  const given = Object.entries(members as { readonly [name: string]: Members }).filter(() => chance.happens(0.85));
  return Object.fromEntries(given.map(([name, of]) => [name, documentOf(chance, of)]));
};

/** The document with one place in it otherwise: another value, one more or one less. */
export const changedDocument = (chance: Chance, document: Json): Json => {
  const isLeft = chance.happens(0.88);
  if (isList(document) && document.length > 0 && isLeft) {
    const at = chance.below(document.length);
    return document.map((one, index) => (index === at ? changedDocument(chance, one) : one));
  }
  if (isObject(document) && Object.keys(document).length > 0 && isLeft) {
    const name = chance.pick(Object.keys(document));
    return { ...document, [name]: changedDocument(chance, document[name] ?? null) };
  }
  return otherValue(chance, document);
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const otherValue = (chance: Chance, value: Json): Json => {
  const isMuch = chance.happens(0.4);
  if (isList(value) && !isMuch) return chance.happens(0.5) ? value.slice(1) : [...value, ...value.slice(0, 1), 'x'];
  if (isObject(value) && !isMuch) return withOrWithout(chance, value);
  return chance.pick<Json>([chance.pick(TEXTS), chance.pick(ODD), randomJson(chance, 2)]);
};

const withOrWithout = (chance: Chance, value: { readonly [name: string]: Json }): Json => {
  if (chance.happens(0.5)) return { ...value, [chance.pick(['x', 'name', 'a.b', 'more'])]: chance.pick(TEXTS) };
  return Object.fromEntries(Object.entries(value).slice(1));
};

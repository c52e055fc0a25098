import { packageText, parsePackage } from '../story-names.ts';
import type { OwnStep } from '../story.ts';
import type { Dice } from './dice.ts';
import { nextId, PRODUCTS, type Past } from './past.ts';

const tell = (past: Past, id: string, text: string, kind: 'published' | 'copied' | 'deleted' | 'downloaded'): void => {
  const known = past.packages.get(text);
  past.packages.set(text, {
    isPresent: kind !== 'deleted',
    isPublished: kind === 'published' || kind === 'copied' || (known?.isPublished ?? false),
  });
  past.events.push({ id, package: text, isPublication: kind === 'published', isLent: false });
};

const anyPackage = (random: Dice): string => {
  const workspace = random.chance(0.85) ? 'a' : 'b';
  const repository = random.chance(0.75) ? 'main' : 'staging';
  return packageText({
    workspace,
    repository,
    product: random.pick(PRODUCTS),
    version: random.chance(0.7) ? '1.0.0' : '2.0.0',
  });
};

const anyMetadata = (random: Dice): { license?: string; tags?: string[]; publishedDaysAgo?: number } => ({
  ...(random.chance(0.85) && { license: random.pick(['MIT', 'Apache-2.0', 'GPL-3.0-only', 'GPL-2.0-only']) }),
  ...(random.chance(0.4) && { tags: random.pick([['flagged'], ['trusted'], ['flagged', 'trusted']]) }),
  ...(random.chance(0.7) && { publishedDaysAgo: random.pick([0, 1, 2, 6, 7, 30]) }),
});

export const publish = (random: Dice, past: Past): OwnStep => {
  const isKnown = past.packages.size > 0 && random.chance(0.55);
  const text = (isKnown ? random.pickFrom([...past.packages.keys()]) : undefined) ?? anyPackage(random);
  const id = nextId(past, 'e');
  tell(past, id, text, 'published');
  return {
    do: 'event',
    kind: 'published',
    id,
    package: text,
    ...(random.chance(0.5) && { timed: true }),
    ...anyMetadata(random),
  };
};

export const again = (random: Dice, past: Past): OwnStep => {
  const event = random.pickFrom(past.events);
  return event ? { do: 'again', of: event.id } : publish(random, past);
};

const remove = (past: Past, text: string): OwnStep => {
  const id = nextId(past, 'd');
  tell(past, id, text, 'deleted');
  return { do: 'event', kind: 'deleted', id, package: text };
};

const present = (past: Past): string[] =>
  [...past.packages].filter(([, { isPresent, isPublished }]) => isPresent && isPublished).map(([text]) => text);

export const download = (random: Dice, past: Past): OwnStep => {
  const text = random.pickFrom(present(past));
  if (text === undefined) return publish(random, past);
  const id = nextId(past, 'l');
  tell(past, id, text, 'downloaded');
  return { do: 'event', kind: 'downloaded', id, package: text };
};

/**
 * From one of the two repositories to the other, where it was not before: what a copy onto a known package says is
 * nowhere told.
 */
export const copy = (random: Dice, past: Past): OwnStep => {
  const targetOf = (source: string): string => {
    const named = parsePackage(source);
    return packageText({ ...named, repository: named.repository === 'main' ? 'staging' : 'main' });
  };
  const source = random.pickFrom(present(past).filter((text) => !past.packages.has(targetOf(text))));
  if (source === undefined) return publish(random, past);
  const text = targetOf(source);
  const id = nextId(past, 'c');
  tell(past, id, text, 'copied');
  return {
    do: 'event',
    kind: 'copied',
    id,
    package: text,
    ...(random.chance(0.3) && { license: random.pick(['MIT', 'GPL-3.0-only']) }),
  };
};

export const clash = (random: Dice, past: Past): OwnStep => {
  const event = random.pickFrom(past.events);
  if (!event) return publish(random, past);
  const { workspace } = parsePackage(event.package);
  const other = packageText({ ...parsePackage(anyPackage(random)), workspace, version: '3.0.0' });
  const isSame = random.chance(0.5) && event.isPublication;
  return { do: 'clash', of: event.id, package: isSame ? event.package : other, license: random.pick(['ISC', 'Zlib']) };
};

export const borrow = (random: Dice, past: Past): OwnStep => {
  const event = random.pickFrom(past.events.filter(({ isPublication, isLent }) => isPublication && !isLent));
  if (!event) return publish(random, past);
  event.isLent = true;
  const named = parsePackage(event.package);
  const workspace = named.workspace === 'a' ? 'b' : 'a';
  const id = nextId(past, 'b');
  tell(past, id, packageText({ ...named, workspace }), 'published');
  const lent = past.events.at(-1);
  if (lent) lent.isLent = true;
  return { do: 'borrow', of: event.id, workspace, id };
};

export const removeAny = (random: Dice, past: Past): OwnStep => {
  const text = random.pickFrom([...past.packages.keys()]);
  return text === undefined ? publish(random, past) : remove(past, text);
};

/** Packages on which fragile policies never end, and one or two that are judged while those are left alone. */
export const hostileEvents = (random: Dice, past: Past): OwnStep[] => {
  const hostile = ['h1@1.0.0', 'h2@1.0.0', 'h3@1.0.0'].map((text): OwnStep => {
    const id = nextId(past, 'h');
    past.hostile.push(text);
    return { do: 'event', kind: 'published', id, package: text, summary: 'hostile' };
  });
  return [...hostile, publish(random, past), ...(random.chance(0.5) ? [publish(random, past)] : [])];
};

/** What was hostile is gone. */
export const endOfHostility = (past: Past): OwnStep[] =>
  past.hostile
    .splice(0)
    .map((text): OwnStep => ({ do: 'event', kind: 'deleted', id: nextId(past, 'd'), package: text }));

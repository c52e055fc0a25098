/** A variable that nobody reads, and the one that was probably meant; null when none is near. */
export interface UnknownVariable {
  readonly name: string;
  readonly likely: string | null;
}

/** Every variable with this beginning is meant for us. */
const OURS = 'WEIR_';
/** So many variables with one beginning are a family: what else begins so was probably meant to be one of them. */
const FAMILY = 4;
/** A name of up to so many letters is near by one slip only; others by two. */
const SHORT = 5;

/**
 * The variables of an environment that look like ours and are none of `known`: near to one of them, or with a beginning
 * that is ours or a family's. Values are not looked at: they may be secrets.
 */
export const unknownVariables = (known: ReadonlySet<string>, env: NodeJS.ProcessEnv): readonly UnknownVariable[] => {
  const families = [OURS, ...familiesOf(known)];
  const isLink = linksIn(env);
  return Object.keys(env)
    .filter((name) => !known.has(name) && !isLink(name))
    .flatMap((name) => {
      const likely = nearest(name, known);
      const isOurs = families.some((family) => name.startsWith(family));
      return likely !== null || isOurs ? [{ name, likely }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

const familiesOf = (known: ReadonlySet<string>): readonly string[] =>
  [...Map.groupBy(known, (name) => name.slice(0, name.indexOf('_') + 1))].flatMap(([family, { length }]) =>
    family !== '' && length >= FAMILY ? [family] : [],
  );

/** Kubernetes tells every container of every service beside it: KAFKA_SERVICE_HOST, KAFKA_PORT_9092_TCP and so on. */
const linksIn = (env: NodeJS.ProcessEnv): ((name: string) => boolean) => {
  const services = Object.keys(env).flatMap((name) => /^(.+)_SERVICE_HOST$/.exec(name)?.[1] ?? []);
  return (name) =>
    services.some((service) => name.startsWith(`${service}_SERVICE_`) || /^_PORT(_|$)/.test(rest(name, service)));
};

const rest = (name: string, beginning: string): string =>
  name.startsWith(beginning) ? name.slice(beginning.length) : '';

const nearest = (name: string, known: ReadonlySet<string>): string | null => {
  const given = spellingsOf(name);
  const near = [...known]
    .flatMap((one) =>
      spellingsOf(one).map((letters, way) => ({ one, letters, slips: slipsBetween(given[way] ?? '', letters) })),
    )
    .filter(({ letters, slips }) => slips <= (letters.length <= SHORT ? 1 : 2))
    .sort((a, b) => a.slips - b.slips);
  return near[0]?.one ?? null;
};

/** However it is written: LOGLEVEL, log-level and, without our beginning, WEIR_LOG_LEVEL are one. */
const spellingsOf = (name: string): readonly string[] =>
  [name.toUpperCase().replace(/^WEIR_(?=.)/, ''), name.toUpperCase()].map((one) => one.replace(/[^A-Z0-9]/g, ''));

/** Letters that are missing, added, changed or exchanged with their neighbour (optimal string alignment). */
const slipsBetween = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change, swap));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
};

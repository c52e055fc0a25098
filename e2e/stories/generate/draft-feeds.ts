import type { Feed, LoadStep, Step } from '../story.ts';
import type { Dice } from './dice.ts';
import { PRODUCTS, type Past } from './past.ts';

const MOST_ADVISORIES = 4;

/** What the feeds of this step say anew of the story's products. */
export const draftLoad = (random: Dice, past: Past, feeds: readonly Feed[]): Step => ({
  do: 'load',
  feeds: [...feeds],
  ...(feeds.includes('osv') && random.chance(0.7) && { advisories: changeAdvisories(random, past) }),
  ...(feeds.includes('epss') && random.chance(0.6) && { scores: changeScores(random, past) }),
  ...(feeds.includes('kev') && random.chance(0.6) && { exploited: changeExploited(random, past) }),
});

const changeAdvisories = (random: Dice, past: Past): LoadStep['advisories'] => {
  const known = random.pickFrom([...past.advisories]);
  if (known && (past.advisories.size >= MOST_ADVISORIES || random.chance(0.4))) {
    const [name, advisory] = known;
    advisory.withdrawn = !advisory.withdrawn;
    return { [name]: { ...advisory } };
  }
  const name = `v${past.advisories.size + 1}`;
  const advisory = {
    product: random.pick(PRODUCTS),
    fixed: random.pick(['2.0.0', '2.0.0', null]),
    malicious: random.chance(0.12),
    withdrawn: false,
  };
  past.advisories.set(name, advisory);
  return { [name]: { ...advisory } };
};

const changeScores = (random: Dice, past: Past): LoadStep['scores'] => {
  const name = random.pickFrom([...past.advisories.keys()]);
  return name === undefined ? {} : { [name]: random.pick([0.05, 0.15, 0.25, 0.45, 0.75]) };
};

const changeExploited = (random: Dice, past: Past): LoadStep['exploited'] => {
  const name = random.pickFrom([...past.advisories.keys()]);
  if (name === undefined) return {};
  const isListed = !past.exploited.has(name);
  if (isListed) past.exploited.add(name);
  else past.exploited.delete(name);
  return { [name]: isListed };
};

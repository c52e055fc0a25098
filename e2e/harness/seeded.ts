export { seededRandom as seeded } from '../../tools/testing/seeded-random.ts';

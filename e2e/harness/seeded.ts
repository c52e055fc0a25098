export { seeded } from '../../tools/testing/seeded.ts';

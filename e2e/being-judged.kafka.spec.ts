import { expect, inject, test } from 'vitest';
import { givenSeed } from '../tools/testing/random-cases.js';
import { askAtOnce } from './harness/ask-at-once.js';
import { startServicesOnKafka } from './harness/services-on-kafka.js';

test('services of their own on Kafka never answer "not known" for what another of them accepted', async () => {
  const services = await startServicesOnKafka(inject('kafkaBrokers'), ['ingest', 'enrichment', 'evaluation', 'api']);
  try {
    const urls = { ingest: services.service('ingest').url, api: services.service('api').url };
    const answers = await askAtOnce(urls, givenSeed(), 8);
    expect(answers).toMatchObject({ notKnown: [], neverJudged: [] });
    expect(answers.beingJudged).toBeGreaterThan(0);
    expect([...answers.ofNobody].join()).toMatch(/publish it with POST/);
  } finally {
    await services.stop();
  }
}, 120_000);

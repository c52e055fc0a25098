import { actionConfigurationSchema } from '@weir/action';
import { apiConfigurationSchema } from '@weir/api';
import { enrichmentConfigurationSchema } from '@weir/enrichment';
import { evaluationConfigurationSchema } from '@weir/evaluation';
import { ingestConfigurationSchema } from '@weir/ingest';
import { tellUnknownVariables } from '@weir/service';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { knownVariables } from '../apps/weir/src/compose/known-variables.js';
import { commandLine } from '../apps/weir/src/run-command-line.js';

const schemas = {
  ingest: ingestConfigurationSchema,
  enrichment: enrichmentConfigurationSchema,
  evaluation: evaluationConfigurationSchema,
  action: actionConfigurationSchema,
  api: apiConfigurationSchema,
};

const toldOf = (known: readonly string[], env: NodeJS.ProcessEnv): readonly string[] => {
  const told: string[] = [];
  const logger = pino(
    { level: 'warn' },
    { write: (line) => void told.push((JSON.parse(line) as { msg: string }).msg) },
  );
  tellUnknownVariables(known, env, logger);
  return told;
};

test.each(Object.entries(schemas))(
  'one environment for all services: %s warns of none that another reads',
  (_, schema) => {
    const env = Object.fromEntries(knownVariables().map((name) => [name, '1']));
    delete env['WEIR_API_KEY']; // That is a client's, and near to API_KEYS.
    delete env['WEIR_URL'];
    delete env['WEIR_DATA'];
    expect(toldOf(Object.keys(schema.shape), env)).toEqual([]);
  },
);

test('the file of Compose sets no variable that its service does not know', () => {
  const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
    readonly services: Readonly<Record<string, { readonly environment?: NodeJS.ProcessEnv }>>;
  };
  for (const [name, schema] of Object.entries(schemas))
    expect(toldOf(Object.keys(schema.shape), services[name]?.environment ?? {}), name).toEqual([]);
});

test('a warning has the name that was given and the one that was meant, and no value', () => {
  const told = toldOf(Object.keys(schemas.ingest.shape), { KAFKA_TSL: 'true', API_KEY: 's3cret', LOGLEVEL: 'debug' });
  expect(told).toEqual([
    'API_KEY is set and nobody reads it: did you mean API_KEYS?',
    'KAFKA_TSL is set and nobody reads it: did you mean KAFKA_TLS?',
    'LOGLEVEL is set and nobody reads it: did you mean LOG_LEVEL?',
  ]);
});

test('what options of commands are read from is known to weir up', () => {
  const variablesOf = (command: Command): readonly string[] => [
    ...command.options.flatMap(({ envVar }) => envVar ?? []),
    ...command.commands.flatMap(variablesOf),
  ];
  const program = commandLine({ stdout: () => undefined, stderr: () => undefined }, () => undefined);
  expect(variablesOf(program).filter((name) => !knownVariables().includes(name))).toEqual([]);
});

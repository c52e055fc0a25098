import { actionConfigurationSchema } from '@weir/action';
import { apiConfigurationSchema } from '@weir/api';
import { enrichmentConfigurationSchema } from '@weir/enrichment';
import { evaluationConfigurationSchema } from '@weir/evaluation';
import { ingestConfigurationSchema } from '@weir/ingest';
import { weirConfigurationSchema } from './configuration.js';

/** What options of commands are read from, beside those of the schemas. */
const OF_COMMANDS = ['WEIR_DATA', 'WEIR_API_KEY', 'WEIR_URL'];

/** Every variable that the process of all services reads. */
export const knownVariables = (): readonly string[] => [
  ...OF_COMMANDS,
  ...[
    weirConfigurationSchema,
    ingestConfigurationSchema,
    enrichmentConfigurationSchema,
    evaluationConfigurationSchema,
    actionConfigurationSchema,
    apiConfigurationSchema,
  ].flatMap(({ shape }) => Object.keys(shape)),
];

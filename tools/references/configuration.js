import { actionConfigurationSchema } from '../../apps/action/dist/index.js';
import { apiConfigurationSchema } from '../../apps/api/dist/index.js';
import { enrichmentConfigurationSchema } from '../../apps/enrichment/dist/index.js';
import { evaluationConfigurationSchema } from '../../apps/evaluation/dist/index.js';
import { ingestConfigurationSchema } from '../../apps/ingest/dist/index.js';
import { weirConfigurationSchema } from '../../apps/weir/dist/compose/configuration.js';
import { configurationReference } from '../../libs/service/dist/index.js';

const schemas = {
  weir: weirConfigurationSchema,
  ingest: ingestConfigurationSchema,
  enrichment: enrichmentConfigurationSchema,
  evaluation: evaluationConfigurationSchema,
  action: actionConfigurationSchema,
  api: apiConfigurationSchema,
};

/** Every environment variable of every service, from the schemas that read them. */
export const references = () => {
  const sections = Object.entries(schemas).map(([app, schema]) => configurationReference(app, schema).trim());
  const head =
    '# Configuration\n\nEnvironment variables, read once at the start. A wrong one ends the start with its name, its value and the cure. One that looks like these and is none of them (`KAFKA_TSL`, `API_KEY`, `LOGLEVEL`) is warned of at the start, with the name that was probably meant.\n';
  return [{ path: 'docs/reference/configuration.md', text: `${head}\n${sections.join('\n\n')}\n` }];
};

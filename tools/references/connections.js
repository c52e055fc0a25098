import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { connectionsOf, sumOf } from '../../apps/weir/dist/compose/connections.js';
import { EMBEDDED_TOPICS_CONNECTIONS } from '../../libs/messaging/dist/index.js';

const { partitions } = parse(readFileSync('deploy/topics.yaml', 'utf8'));
const { services } = parse(readFileSync('deploy/helm/weir/values.yaml', 'utf8'));

/** How many connections to PostgreSQL each process opens, from the code that opens them. */
export const references = () => {
  const { weir, ...alone } = connectionsOf(partitions);
  const rows = Object.entries({ ...alone, 'weir up': weir }).map(
    ([name, pools]) =>
      `| ${name} | ${Object.entries(pools)
        .map(([pool, most]) => `\`${pool}\` ${most}`)
        .join(', ')} | ${sumOf(pools)} |`,
  );
  const chart = (replicas) =>
    Object.entries(alone).reduce((sum, [name, pools]) => sum + sumOf(pools) * services[name][replicas], 0);
  const text = `# Connections to PostgreSQL

What each process has open at most, by the \`application_name\` of its pools, with ${partitions} partitions (\`weir enrichment\` has two for each, and four). \`DATABASE_CONNECTIONS\` sets the pool with the name of the service (\`weir\` in one process) and no other; ingest has none to set.

| process | pools | in all |
| --- | --- | --- |
${rows.join('\n')}

Without \`KAFKA_BROKERS\` each process has ${EMBEDDED_TOPICS_CONNECTIONS} more for its topics (\`weir topics\`, \`weir ingest topics\` and so on), and one for each group that it consumes (\`weir topic owner GROUP\`): enrichment, evaluation, action and api. The embedded PostgreSQL takes 100.

\`max_connections\` of the server must hold all instances together, and some for people and jobs: ${chart('replicas')} for the chart with its own numbers of replicas, ${chart('maxReplicas')} when each has grown to \`maxReplicas\`. A job (\`weir migrate\`, \`weir log verify\`, \`weir keys\`) opens up to 4.
`;
  return [{ path: 'docs/reference/connections.md', text }];
};

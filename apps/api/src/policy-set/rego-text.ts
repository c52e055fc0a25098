import type { ApiPorts } from '../api-ports.js';

/** The text of a revision; it was stored with the event that names it. */
export const regoText = async ({ eventStore }: Pick<ApiPorts, 'eventStore'>, digest: string): Promise<string> => {
  const evidence = await eventStore.evidence(digest);
  if (!evidence) throw new Error(`The Rego text ${digest} is not in the evidence store.`);
  return Buffer.from(evidence.bytes).toString('utf8');
};

import type { HttpLoad } from '../../load/http-load.ts';
import type { SeedInput } from '../../load/seed-inputs.ts';
import type { Turn } from '../../measure/take-turns.ts';
import { timed } from '../../measure/timed.ts';

/** Asks an OPA server about each input once. Throws when an answer is wrong: a wrong answer has no speed. */
export const opaTurn = async (load: HttpLoad, processId: number, inputs: readonly SeedInput[]): Promise<Turn> => {
  const requests = inputs.map(
    ({ bytes }) =>
      ({
        method: 'POST',
        path: '/v1/data/cloudsmith/match',
        body: Buffer.concat([Buffer.from('{"input":'), bytes, Buffer.from('}')]),
      }) as const,
  );
  let right = 0;
  const turn = await timed(inputs.length, { processIds: [processId], here: 'client' }, async () => {
    right = await load.run(requests, (body, index) => body.includes(`"result":${inputs[index]?.matches ?? false}`));
  });
  if (right !== inputs.length)
    throw new Error(`OPA answered ${inputs.length - right} of ${inputs.length} questions wrongly.`);
  return turn;
};

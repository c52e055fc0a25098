import { setTimeout as sleep } from 'node:timers/promises';
import { figureOf, type Figure } from '../../measure/figure.ts';
import { peakMegabytes } from '../../measure/process-times.ts';
import { alone } from '../alone.ts';
import { settingsOf, type Scenario, type ScenarioContext } from '../scenario.ts';
import { ABUSES, beginAbuse, type AbuseKind, type Outcomes } from './abuse-kinds.ts';
import { startAbusedWeir, type AbusedWeir } from './abused-weir.ts';
import { askVerdicts } from './ask-verdicts.ts';

const full = { packages: 3_400, perSecond: 100, seconds: 8, rounds: 1 };
const config = { full, quick: { ...full, packages: 400, seconds: 3 } };
type Settings = typeof full;

interface Turn {
  readonly kind: AbuseKind;
  readonly idleP99: number;
  readonly abusedP99: number;
  readonly refused: number;
  readonly outcomes: Outcomes;
  /** Of the process with all services, so far. */
  readonly peakMegabytes: number | null;
}

/** What verdicts of one process suffer from what others send it: each abuse in turn with an idle time before it. */
export const abuse: Scenario = {
  name: 'abuse',
  sentence:
    'Verdicts while 30 uploads drip, junk is loaded, 200 streams read the log, large bodies come without a key.',
  config,
  run: async (context) => {
    const settings = settingsOf(config, context);
    const turns: Turn[] = [];
    await alone(context, async (own) => {
      const weir = await startAbusedWeir(own.folder, settings.packages, own.cleanup);
      // The first answers of a process are slow for reasons of their own.
      await p99Of(weir, { ...settings, seconds: 2 });
      for (let round = 0; round < settings.rounds; round += 1)
        for (const kind of ABUSES) turns.push(await measureTurn(own, weir, kind, settings));
    });
    const figures: Record<string, Figure> = {};
    for (const kind of ABUSES) {
      const own = turns.filter((turn) => turn.kind === kind);
      figures[`G15-${kind}`] = figureOf(
        own.map(({ abusedP99, idleP99 }) => abusedP99 / idleP99),
        'x',
      );
      figures[`p99 of verdicts under ${kind}`] = figureOf(
        own.map(({ abusedP99 }) => abusedP99),
        'ms',
      );
    }
    figures['p99 of verdicts, idle'] = figureOf(
      turns.map(({ idleP99 }) => idleP99),
      'ms',
    );
    figures['memory at its most'] = figureOf([Math.max(...turns.map((turn) => turn.peakMegabytes ?? 0))], 'MB');
    return { figures, flaws: turns.flatMap(flawsOf), skipped: [], details: { settings, turns } };
  },
};

const flawsOf = ({ kind, refused, outcomes }: Turn): readonly string[] => [
  ...(refused > 0 ? [`${refused} verdicts under ${kind} were not answered with 200`] : []),
  ...(Object.keys(outcomes).every((outcome) => outcome === 'stopped') ? [`nothing came of ${kind}`] : []),
];

const measureTurn = async (
  { say }: ScenarioContext,
  weir: AbusedWeir,
  kind: AbuseKind,
  settings: Settings,
): Promise<Turn> => {
  const idle = await p99Of(weir, settings);
  const end = beginAbuse({ kind, url: weir.url, key: weir.key });
  await sleep(1_000);
  const abused = await p99Of(weir, settings);
  const outcomes = await end();
  await sleep(1_000);
  say(`${kind}: p99 ${abused.p99.toFixed(1)} ms, idle ${idle.p99.toFixed(1)} ms; ${JSON.stringify(outcomes)}`);
  return {
    kind,
    idleP99: idle.p99,
    abusedP99: abused.p99,
    refused: idle.refused + abused.refused,
    outcomes,
    peakMegabytes: peakMegabytes(weir.processId),
  };
};

const p99Of = async (
  { url, key, purls }: AbusedWeir,
  { perSecond, seconds }: Settings,
): Promise<{ readonly p99: number; readonly refused: number }> => {
  const { latencies, refused } = await askVerdicts({ url, key, purls, perSecond, seconds });
  return { p99: latencies.quantile(0.99), refused };
};

import { parentPort, workerData } from 'node:worker_threads';
import { holdModule, type HeldModule } from './held-module.js';
import { judgeInputs } from './judge-inputs.js';
import { packAnswers } from '../packed-answers.js';
import type { FromWorker, Job, ToWorker, WorkerSettings } from '../worker-messages.js';

const settings = workerData as WorkerSettings;
const progress = new Int32Array(settings.progress);
const modules = new Map<string, HeldModule>();

const run = (job: Job): FromWorker => {
  const held = modules.get(job.key);
  if (held === undefined) throw new Error(`policy set ${job.key} was not loaded into this worker`);
  const judgements = judgeInputs(held, job, { memoryMegabytes: settings.memoryMegabytes, progress });
  return { id: job.id, answers: packAnswers(judgements) };
};

const handle = (message: ToWorker): void => {
  switch (message.type) {
    case 'load':
      modules.set(message.key, holdModule({ module: message.module, data: message.data }, message.shown));
      return;
    case 'unload':
      modules.delete(message.key);
      return;
    case 'run':
      parentPort?.postMessage(run(message.job));
      return;
    case 'end':
      parentPort?.close();
      return;
    default:
      message satisfies never;
  }
};

parentPort?.on('message', handle);

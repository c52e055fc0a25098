import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ReadinessChecks } from '@weir/telemetry';
import { startEvaluation, type Evaluation, type EvaluationPorts } from './start-evaluation.js';

const PORTS = Symbol('EvaluationPorts');

/** Starts judging with the application and stops with it. */
@Module({})
export class EvaluationModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private evaluation: Evaluation | null = null;

  constructor(
    @Inject(PORTS) private readonly ports: EvaluationPorts,
    @Inject(ReadinessChecks) private readonly readiness: ReadinessChecks,
  ) {}

  static forRoot(ports: EvaluationPorts): DynamicModule {
    return { module: EvaluationModule, providers: [{ provide: PORTS, useValue: ports }] };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.readiness.register('evaluation', async () => {
      if (!this.evaluation) throw new Error('still starting');
      await this.evaluation.check();
    });
    this.evaluation = await startEvaluation(this.ports);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.evaluation?.close();
  }
}

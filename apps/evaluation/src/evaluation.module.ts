import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { TopicServer } from '@weir/messaging/nest';
import { NotAble } from '@weir/postgres';
import { ReadinessChecks } from '@weir/service';
import {
  EVALUATION_GROUP,
  FactsConsumerController,
  OPEN_EVALUATION,
  type OpenEvaluation,
} from './consume-facts/facts-consumer.controller.js';
import {
  JUDGING_PROGRESS,
  JudgingProgressController,
  type ProgressTeller,
} from './tell-progress/judging-progress.controller.js';
import { observedTopics, startEvaluation, type Evaluation, type EvaluationPorts } from './start-evaluation.js';

const PORTS = Symbol('EvaluationPorts');

/** What the consumer of facts is started with. */
export interface EvaluationServerOptions extends Pick<EvaluationPorts, 'topics'> {
  /** Milliseconds that a message waits which faults alone, before each further attempt. */
  readonly retryPauses: readonly number[];
}

/** The transport to connect to the application that has EvaluationModule. */
export const evaluationServer = ({ topics, retryPauses }: EvaluationServerOptions): TopicServer =>
  new TopicServer(observedTopics(topics), { group: EVALUATION_GROUP, retryPauses });

/** Starts judging with the application and stops with it; nothing is consumed until `evaluationServer` is connected and started. */
@Module({})
export class EvaluationModule implements OnApplicationBootstrap, OnApplicationShutdown, OpenEvaluation, ProgressTeller {
  private evaluation: Evaluation | null = null;

  constructor(
    @Inject(PORTS) private readonly ports: EvaluationPorts,
    @Inject(ReadinessChecks) private readonly readiness: ReadinessChecks,
  ) {}

  static forRoot(ports: EvaluationPorts): DynamicModule {
    const opener = { provide: OPEN_EVALUATION, useExisting: EvaluationModule };
    const teller = { provide: JUDGING_PROGRESS, useExisting: EvaluationModule };
    return {
      module: EvaluationModule,
      controllers: [FactsConsumerController, JudgingProgressController],
      providers: [{ provide: PORTS, useValue: ports }, opener, teller],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.readiness.register('evaluation', () => this.started().check());
    this.readiness.tellOf('evaluation', () => this.evaluation?.impaired() ?? []);
    this.evaluation = await startEvaluation(this.ports);
  }

  open(partition: number): ReturnType<Evaluation['open']> {
    return this.started().open(partition);
  }

  progress(): ReturnType<Evaluation['progress']> {
    return this.started().progress();
  }

  /** After the transport is closed, and with it every partition. */
  async onApplicationShutdown(): Promise<void> {
    await this.evaluation?.close();
  }

  private started(): Evaluation {
    if (!this.evaluation) throw new NotAble('still starting');
    return this.evaluation;
  }
}

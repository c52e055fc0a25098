import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ActivatePolicyController } from './activate-policy/activate-policy.controller.js';
import { UnjudgedController } from './accepted/unjudged.controller.js';
import { API_PORTS, type ApiPorts } from './api-ports.js';
import { ChangePoliciesController } from './change-policies/change-policies.controller.js';
import { CheckPolicyController } from './check-policy/check-policy.controller.js';
import { DecisionsController } from './decisions/decisions.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { PrincipalController } from './keys/principal.controller.js';
import { ListPoliciesController } from './list-policies/list-policies.controller.js';
import { PackageViewController } from './package-view/package-view.controller.js';
import { PolicyLibraryController } from './policy-library/policy-library.controller.js';
import { PolicySetController } from './policy-set/policy-set.controller.js';
import { POLICY_PORTS, policyPorts } from './policy-ports.js';
import { ProblemPagesController } from './problem-pages/problem-pages.controller.js';
import { READ_MODELS, readModels, type ReadModels } from './read-models.js';
import { RevisePolicyController } from './revise-policy/revise-policy.controller.js';
import { StreamController } from './stream/stream.controller.js';
import { SummaryController } from './summary/summary.controller.js';
import { VerdictController } from './verdict/verdict.controller.js';

/** Policies, packages, verdicts and decisions over HTTP; follows the log while the application runs. */
@Module({})
export class ApiModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  static forRoot(ports: ApiPorts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        ChangePoliciesController,
        CheckPolicyController,
        RevisePolicyController,
        ActivatePolicyController,
        ListPoliciesController,
        PolicyLibraryController,
        PolicySetController,
        PackageViewController,
        VerdictController,
        UnjudgedController,
        DecisionsController,
        StreamController,
        SummaryController,
        ProblemPagesController,
        KeysController,
        PrincipalController,
      ],
      providers: [
        { provide: API_PORTS, useValue: ports },
        { provide: POLICY_PORTS, useFactory: () => policyPorts(ports) },
        { provide: READ_MODELS, useFactory: () => readModels(ports) },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.ports.readiness.register('api', () => this.models.check());
    await this.models.start();
  }

  /** Before the HTTP server closes, which would wait for open streams. */
  async onModuleDestroy(): Promise<void> {
    await this.models.close();
  }
}

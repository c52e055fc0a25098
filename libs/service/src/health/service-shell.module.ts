import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { MetricsController } from '../metrics/metrics.controller.js';
import { HealthController } from './health.controller.js';
import { ReadinessChecks } from './readiness-checks.js';

/** The root module of every application: the slices of the application, health, metrics, and the readiness registry for all. */
@Module({})
export class ServiceShellModule {
  static around(modules: NonNullable<ModuleMetadata['imports']>, readiness: ReadinessChecks): DynamicModule {
    return {
      module: ServiceShellModule,
      global: true,
      imports: modules,
      controllers: [HealthController, MetricsController],
      providers: [{ provide: ReadinessChecks, useValue: readiness }],
      exports: [ReadinessChecks],
    };
  }
}

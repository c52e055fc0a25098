import { Controller, Get, Inject } from '@nestjs/common';
import { problem } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';
import { Needs } from '../keys/rule.js';
import { ReadinessChecks } from './readiness-checks.js';

@Controller()
export class HealthController {
  constructor(@Inject(ReadinessChecks) private readonly readiness: ReadinessChecks) {}

  @Get('health')
  @Needs('nothing')
  health(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('ready')
  @Needs('nothing')
  async ready(): Promise<{ readonly status: 'ready'; readonly impaired?: readonly object[] }> {
    const { ready, failing, impaired } = await this.readiness.report();
    if (ready) return { status: 'ready', ...(impaired.length > 0 && { impaired }) };
    const errors = failing.map(({ name, detail }) => ({ pointer: `/${name}`, detail }));
    throw new ProblemError(
      problem(503, `Not ready: ${failing.map(({ name, detail }) => `${name} (${detail})`).join(', ')}.`, errors),
    );
  }
}

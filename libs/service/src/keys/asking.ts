import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from '@weir/domain';
import { principalOf } from './guard-routes.js';

/** The argument of a controller's method that says who asks. */
export const Asking: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal => principalOf(context.switchToHttp().getRequest<object>()),
);

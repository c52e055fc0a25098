import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { Permission } from '@weir/domain';

/** What a route needs of who asks. */
export interface Rule {
  /** `nothing`: whoever asks; `known`: each key, whatever it is for. */
  readonly permission: Permission | 'nothing' | 'known';
  /**
   * `all`: only who may see all workspaces is let in. `own`: the route itself shows and changes nothing but what is of
   * the principal's workspaces, or of none.
   */
  readonly workspaces: 'all' | 'own';
}

/** For a route that keeps to the principal's workspaces: `keptToWorkspace` and `mustBeOf` help it to. */
export const WITHIN_WORKSPACES = { workspaces: 'own' } as const;

/** Where OpenAPI says what permission an operation needs. */
export const PERMISSION_EXTENSION = 'x-weir-permission';

/**
 * What a route of a controller needs. Invariant: every route says it, or its service does not start. A route that does
 * not say `WITHIN_WORKSPACES` is closed to keys that are bound to workspaces.
 */
export const Needs = (
  permission: Rule['permission'],
  { workspaces }: Pick<Rule, 'workspaces'> = { workspaces: 'all' },
): MethodDecorator =>
  applyDecorators(RouteConfig(withRule({ permission, workspaces })), ApiExtension(PERMISSION_EXTENSION, permission));

/** The settings of a route that carry its rule. */
export const withRule = (rule: Rule): { readonly rule: Rule } => ({ rule });

/** For what tells nothing that is not public: health, and the files of pages. */
export const NEEDS_NOTHING = withRule({ permission: 'nothing', workspaces: 'own' });

/** The rule in a route's settings; null when it says none. */
export const ruleOf = (config: unknown): Rule | null => (config as { readonly rule?: Rule } | undefined)?.rule ?? null;

import type { OpenAPIObject } from '@nestjs/swagger';
import { PERMISSION_EXTENSION } from '@weir/service';

interface Operation {
  description?: string;
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly [PERMISSION_EXTENSION]?: string;
}

/** How a key is sent, and which permission it needs at each operation; empty: none needs one while there is no key. */
export const tellPermissions = (document: OpenAPIObject): OpenAPIObject => {
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods) as Operation[]) {
      const permission = operation[PERMISSION_EXTENSION];
      if (permission === undefined || permission === 'nothing') continue;
      operation.security = [{ bearer: [] }, { header: [] }, {}];
      const needed = permission === 'known' ? 'some key, whatever it is for,' : `the permission \`${permission}\``;
      operation.description = [operation.description, `Needs ${needed} once there are keys.`]
        .filter(Boolean)
        .join('\n\n');
    }
  }
  const securitySchemes = {
    bearer: { type: 'http', scheme: 'bearer', description: 'A key, as weir keys create makes it' },
    header: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'The same in a header of its own' },
  } as const;
  return { ...document, components: { ...document.components, securitySchemes } };
};

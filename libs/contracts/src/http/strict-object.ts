import { z } from 'zod';

/** An object without fields beyond `shape`: a misspelt field is refused with the names that exist, not ignored. */
export const strictObject = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no field ${(issue.keys as readonly string[]).join(', ')}: remove it, or use one of ${Object.keys(shape).join(', ')}`
        : undefined,
  });

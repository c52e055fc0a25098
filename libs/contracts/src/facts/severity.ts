import { z } from 'zod';

/** Qualitative severity, as CVSS v3 and v4 name the bands; GitHub's MODERATE is MEDIUM. */
export const severitySchema = z.enum(['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);

export type Severity = z.infer<typeof severitySchema>;

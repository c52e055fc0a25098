import type { PagePolicy } from '@weir/service';

/** What our pages may load, by where they begin. The console has all in files of its own; Swagger UI has styles inside its page. */
export const PAGE_POLICIES: Readonly<Record<string, PagePolicy>> = {
  '/': { 'script-src': "'self'", 'style-src': "'self'", 'img-src': "'self' data:", 'connect-src': "'self'" },
  '/docs': {
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
  },
};

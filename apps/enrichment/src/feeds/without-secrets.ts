/**
 * A source as it may be stored and told: of an address neither the login nor the values of its query, which carry tokens
 * and signatures. It also takes them out of text that is no proper address, such as a name that somebody gave.
 */
export const withoutSecrets = (source: string): string =>
  source
    .replace(/\/\/[^/?#\n]*@/g, '//')
    .replace(/(\/\/[^?#\s]*\?)([^#\s]*)/g, (_, before: string, query: string) => `${before}${masked(query)}`);

const masked = (query: string): string =>
  query
    .split('&')
    .map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=***` : part === '' ? '' : '***'))
    .join('&');

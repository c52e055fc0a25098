/**
 * The purl of a query string, in which a plus is a plus: what forms mean by it, a space, no package URL holds, and who writes one
 * by hand writes the plus of a version as it is. null when there is none, or none that can be decoded.
 */
export const purlAsWritten = (url: string): string | null => {
  const query = url.slice(url.indexOf('?') + 1);
  const pair = query.split('&').find((one) => one.startsWith('purl='));
  if (!url.includes('?') || pair === undefined) return null;
  try {
    return decodeURIComponent(pair.slice('purl='.length));
  } catch {
    return null;
  }
};

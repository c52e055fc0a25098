/** A Go time layout, cut into the chunks that stand for fields and the text between them. */
export type LayoutChunk = { readonly kind: 'field' | 'text'; readonly text: string };

// Source: Go, time/format.go, nextStdChunk. Order matters: longer chunks first.
const chunk =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|2006|01|02|03|04|05|06|15|__2|_2(?!006)|1|2|3|4|5|PM|pm|Z07:00:00|Z070000|Z07:00|Z0700|Z07|-07:00:00|-070000|-07:00|-0700|-07|[.,]0+(?!\d)|[.,]9+(?!\d)/g;

/** Cuts a layout into its chunks. */
export const chunksOf = (layout: string): readonly LayoutChunk[] => {
  const chunks: LayoutChunk[] = [];
  let end = 0;
  for (const { 0: text, index } of layout.matchAll(chunk)) {
    if (index > end) chunks.push({ kind: 'text', text: layout.slice(end, index) });
    chunks.push({ kind: 'field', text });
    end = index + text.length;
  }
  if (end < layout.length) chunks.push({ kind: 'text', text: layout.slice(end) });
  return chunks;
};

/** The layouts OPA knows by name. Source: OPA, v1/topdown/time.go, acceptedTimeFormats. */
const named: Readonly<Record<string, string>> = {
  ANSIC: 'Mon Jan _2 15:04:05 2006',
  UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
  RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
};

/** The layout of a name such as `RFC3339`, or the text itself. */
export const layoutNamed = (nameOrLayout: string): string =>
  Object.hasOwn(named, nameOrLayout) ? (named[nameOrLayout] ?? nameOrLayout) : nameOrLayout;

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

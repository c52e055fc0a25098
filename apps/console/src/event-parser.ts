/** An event of a stream, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */
export interface StreamEvent {
  readonly id: string;
  /** `message` unless the stream says otherwise. */
  readonly type: string;
  readonly data: string;
}

/** Takes the text of a stream in whatever pieces it comes, and gives the events that each completes. */
export const eventParser = (): ((piece: string) => readonly StreamEvent[]) => {
  let rest = '';
  let id = '';
  let type = '';
  let data: string[] = [];
  const complete = (): readonly StreamEvent[] => {
    const event = { id, type: type || 'message', data: data.join('\n') };
    const isEmpty = data.length === 0;
    [type, data] = ['', []];
    return isEmpty ? [] : [event];
  };
  const take = (line: string): readonly StreamEvent[] => {
    if (line === '') return complete();
    const [, field = line, value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
    if (field === 'id') id = value;
    if (field === 'event') type = value;
    if (field === 'data') data.push(value);
    return [];
  };
  return (piece) => {
    rest += piece;
    // A \r at the end may be half of a \r\n.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    return lines.flatMap(take);
  };
};

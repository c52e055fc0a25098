const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** An instant in the reader's own time, with the exact UTC text on hover. */
export const Instant = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={at}>
    {format.format(new Date(at))}
  </time>
);

const format = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** An instant in the reader's own time with its zone, with the exact UTC text on hover. */
export const Instant = ({ at }: { readonly at: string }) => {
  const instant = new Date(at);
  return (
    <time dateTime={at} title={`${at} (UTC)`}>
      {Number.isNaN(instant.getTime()) ? at : format.format(instant)}
    </time>
  );
};

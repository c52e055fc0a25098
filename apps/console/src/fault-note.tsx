/** Says what was refused, where it was asked for; nothing while there is none. */
export const FaultNote = ({ fault }: { readonly fault: string | null }) =>
  fault !== null && (
    <p className="fault" role="alert">
      {fault}
    </p>
  );

/** What a rejected promise says. */
export const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

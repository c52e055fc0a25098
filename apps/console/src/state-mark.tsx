/** A package's state by shape, colour and word. */
export const StateMark = ({ state }: { readonly state: string }) => (
  <span className={`state state-${state}`}>
    <span className={`shape shape-${state}`} aria-hidden="true" />
    {state}
  </span>
);

export const Tags = ({ tags }: { readonly tags: readonly string[] }) => (
  <>
    {tags.map((tag) => (
      <span key={tag} className="tag">
        {tag}
      </span>
    ))}
  </>
);

/** A package's state by shape, colour and word. */
export const StateMark = ({ state }: { readonly state: string }) => (
  <span className={`state state-${state}`}>
    <span className={`shape shape-${state}`} aria-hidden="true" />
    {state}
  </span>
);

interface TagsProps {
  readonly tags: readonly string[];
  /** Where all packages of a tag are. */
  readonly hrefOf: (tag: string) => string;
}

export const Tags = ({ tags, hrefOf }: TagsProps) => (
  <>
    {tags.map((tag) => (
      <a key={tag} className="tag" href={hrefOf(tag)}>
        {tag}
      </a>
    ))}
  </>
);

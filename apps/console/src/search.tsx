import { useEffect, useRef, useState } from 'react';
import { narrowed, type PackageFilter } from './route.js';

/** Longer than between two letters of one word. */
const QUIET_FOR_MS = 250;

/** The text that packages are searched by. It is the address's: what is typed goes there once typing pauses, at once by Enter. */
export const Search = ({ filter }: { readonly filter: PackageFilter }) => {
  const [text, setText] = useState(filter.q);
  const sent = useRef(filter.q);
  useEffect(() => {
    if (filter.q === sent.current) return;
    sent.current = filter.q;
    setText(filter.q);
  }, [filter.q]);
  const send = (): void => {
    if (text === sent.current) return;
    sent.current = text;
    window.location.replace(narrowed(filter, { q: text }));
  };
  const sendNow = useRef(send);
  sendNow.current = send;
  useEffect(() => {
    const timer = setTimeout(() => sendNow.current(), QUIET_FOR_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <form
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <input
        type="search"
        aria-label="Search packages"
        placeholder="Name, version or package URL: lodash 4.17.20"
        value={text}
        maxLength={500}
        onChange={(event) => setText(event.target.value)}
      />
      <label>
        Sorted by{' '}
        <select
          value={filter.sort || 'changed'}
          onChange={({ target }) => {
            window.location.hash = narrowed(filter, { sort: target.value === 'changed' ? '' : target.value });
          }}
        >
          <option value="changed">last change</option>
          <option value="name">name</option>
        </select>
      </label>
    </form>
  );
};

import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { FaultNote, messageOf } from './fault-note.js';
import { NoAnswer, signIn } from './get-json.js';
import { useTitle } from './page-frame.js';

/** Stands instead of every page until the server knows who asks. */
export const KeyEntry = ({ why }: { readonly why: string }) => {
  const [text, setText] = useState('');
  const [fault, say] = useState<string | null>(null);
  const [isAsking, ask] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useTitle('Key');
  useEffect(() => input.current?.focus(), []);
  const enter = (event: SubmitEvent): void => {
    event.preventDefault();
    const key = text.trim();
    if (!/^[\x21-\x7e]+$/.test(key)) {
      say('Paste the whole key: it is one word, such as weir_…');
      return;
    }
    ask(true);
    signIn(key).catch((refused: unknown) => {
      ask(false);
      say(refused instanceof NoAnswer && refused.status === 401 ? sentenceOf(refused.message) : messageOf(refused));
      input.current?.select();
    });
  };
  return (
    <>
      <h1>Who asks?</h1>
      <p>{sentenceOf(why)}</p>
      <form className="form" onSubmit={enter}>
        <div className="field">
          <label htmlFor="key">Key</label>
          <input
            id="key"
            ref={input}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={text}
            aria-invalid={fault !== null}
            aria-describedby="key-note"
            onChange={({ target }) => setText(target.value)}
          />
          <FaultNote fault={fault} />
          <p id="key-note" className="dim">
            It stays in this tab until the tab is closed or you sign out. Whoever administers this Weir makes keys: on
            the page Keys, or with <code>weir keys create NAME --permissions read</code>.
          </p>
        </div>
        <button type="submit" className="button button-first" disabled={isAsking}>
          Go on
        </button>
      </form>
    </>
  );
};

/** What is said to programs, of the header that a key is sent in, is no news here. */
const sentenceOf = (detail: string): string => detail.replace(/ Send one as Authorization.*$/s, '');

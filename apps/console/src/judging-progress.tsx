import type { JudgingProgress } from '@weir/contracts';
import { useEffect, useState } from 'react';
import { useFetched } from './fetched.js';

const EVERY_MS = 2_000;

/** How many packages are still judged by what was in force before, and why; it asks again while the page is open. */
export const JudgingProgressLine = () => {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((last) => last + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { value, error } = useFetched<JudgingProgress>('/v1/judging', String(turn));
  if (error && !value) return <p className="dim">How far judging again is cannot be told: {error.message}</p>;
  if (!value) return null;
  const open = value.workspaces.filter(({ pending, byCause }) => pending > byCause.time);
  if (open.length === 0) return <p className="dim">Every package is judged by the policies in force.</p>;
  return (
    <ul className="judging">
      {open.map(({ workspace, pending, byCause }) => (
        <li key={workspace}>
          <strong>{(pending - byCause.time).toLocaleString('en')}</strong> packages of {workspace} are yet to be judged
          again: {causesOf(byCause)}
        </li>
      ))}
    </ul>
  );
};

const CAUSES = [
  ['policy', 'other policies'],
  ['engine', 'another engine'],
  ['freshness', 'feeds of another age'],
] as const;

const causesOf = (byCause: JudgingProgress['workspaces'][number]['byCause']): string =>
  CAUSES.flatMap(([cause, what]) =>
    byCause[cause] > 0 ? [`${byCause[cause].toLocaleString('en')} for ${what}`] : [],
  ).join(', ');

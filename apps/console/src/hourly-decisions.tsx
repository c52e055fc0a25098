import type { Summary } from '@weir/contracts';

const WIDTH = 240;
const HEIGHT = 44;

/** Decisions of the last 24 hours, one bar an hour; the dark part changed something. */
export const HourlyDecisions = ({ hours }: { readonly hours: Summary['decisionsPerHour'] }) => {
  const most = Math.max(1, ...hours.map(({ decisions }) => decisions));
  const step = WIDTH / Math.max(1, hours.length);
  const bar = (count: number) => (count / most) * (HEIGHT - 2);
  const total = hours.reduce((sum, { decisions }) => sum + decisions, 0);
  return (
    <figure className="hours">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${total} decisions in the last 24 hours`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="axis" />
        {hours.map(({ hour, decisions, changed }, i) => (
          <g key={hour}>
            <title>{`${hour}: ${decisions} decisions, ${changed} changed something`}</title>
            <rect
              x={i * step + 1}
              width={step - 2}
              y={HEIGHT - bar(decisions)}
              height={bar(decisions)}
              className="bar"
            />
            <rect
              x={i * step + 1}
              width={step - 2}
              y={HEIGHT - bar(changed)}
              height={bar(changed)}
              className="bar-changed"
            />
          </g>
        ))}
      </svg>
      <figcaption>{total.toLocaleString()} decisions in the last 24 hours</figcaption>
    </figure>
  );
};

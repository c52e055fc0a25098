import { readFileSync } from 'node:fs';
import { isMap, parseDocument } from 'yaml';

const CHART = 'deploy/helm/weir';

/** Every value of the chart that has a comment, with its default. */
const rowsOf = (map, path = []) =>
  map.items.flatMap(({ key, value }, index) => {
    // The parser hangs the comment above a map's first key on the map itself.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const here = [...path, key.value];
    const below = isMap(value) && !value.flow ? rowsOf(value, here) : [];
    if (below.length > 0 || !comment) return below;
    return [
      `| \`${here.join('.')}\` | \`${JSON.stringify(value.toJSON()).replaceAll('|', '\\|')}\` | ${comment.trim().replaceAll(/\s*\n\s*/g, ' ')} |`,
    ];
  });

/** The README of the chart: what stands above its table stays, the table is made from values.yaml. */
export const references = () => {
  const path = `${CHART}/README.md`;
  const [head = ''] = readFileSync(path, 'utf8').split('## Values\n');
  const values = parseDocument(readFileSync(`${CHART}/values.yaml`, 'utf8'));
  const rows = rowsOf(values.contents);
  return [
    { path, text: `${head}## Values\n\n| value | default | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n` },
  ];
};

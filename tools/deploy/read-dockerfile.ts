/** One instruction: its name in capitals, flags such as `from`, and the words after them. */
export interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** All after the flags, on one line. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** Another stage, or an image. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/**
 * The stages of a Dockerfile, with arguments that stand before the first stage filled in. Knows what deploy/Dockerfile
 * uses: comments, continued lines, flags. No heredocs.
 */
export const readDockerfile = (text: string): readonly Stage[] => {
  const given = new Map<string, string>();
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    const [first = '', second = '', third = ''] = instruction.text.split(/\s+/);
    const last = stages.at(-1);
    if (instruction.name === 'FROM')
      stages.push({
        name: second.toUpperCase() === 'AS' ? third : String(stages.length),
        from: filledIn(first, given),
        instructions: [],
      });
    else if (last !== undefined) last.instructions.push(instruction);
    else given.set(first.split('=')[0] ?? '', first.slice(first.indexOf('=') + 1));
  }
  return stages;
};

const instructionsOf = (text: string): Instruction[] =>
  text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(instructionOf);

const instructionOf = (line: string): Instruction => {
  const [, name = '', flags = '', text = ''] = /^(\w+)((?:\s+--\w[\w-]*=\S+)*)\s+(.*)$/.exec(line.trim()) ?? [];
  const pairs = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]);
  return { name: name.toUpperCase(), flags: Object.fromEntries(pairs) as Record<string, string>, text };
};

const filledIn = (text: string, given: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => given.get(name) ?? '');

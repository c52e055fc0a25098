import type { BuiltIns } from './built-in.js';
import { encodingBuiltIns } from './encoding-built-ins.js';
import { jsonPatch } from './json-patch.js';
import { numberBuiltIns } from './number-built-ins.js';
import { regexBuiltIns } from './regex-built-ins.js';
import { semverBuiltIns } from './semver-built-ins.js';
import { stringBuiltIns } from './string-built-ins.js';
import { objectSubset } from './subset-built-in.js';
import { timeBuiltIns } from './time-built-ins.js';
import { unitBuiltIns } from './unit-built-ins.js';

/** Every built-in the host supplies. With those native in Wasm it is all that a policy may call. */
export const hostBuiltIns: BuiltIns = {
  ...encodingBuiltIns,
  ...numberBuiltIns,
  ...regexBuiltIns,
  ...semverBuiltIns,
  ...stringBuiltIns,
  ...timeBuiltIns,
  ...unitBuiltIns,
  'json.patch': jsonPatch,
  'object.subset': objectSubset,
};

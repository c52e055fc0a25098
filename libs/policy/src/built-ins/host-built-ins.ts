import { arithmeticBuiltIns } from './arithmetic-built-ins.js';
import { base64BuiltIns } from './base64-built-ins.js';
import { bitBuiltIns } from './bit-built-ins.js';
import type { BuiltIns } from './built-in.js';
import { cidrBuiltIns } from './cidr-built-ins.js';
import { collectionBuiltIns } from './collection-built-ins.js';
import { encodingBuiltIns } from './encoding-built-ins.js';
import { jsonBuiltIns } from './json-built-ins.js';
import { jsonPatch } from './json-patch.js';
import { numberBuiltIns } from './number-built-ins.js';
import { regexBuiltIns } from './regex-built-ins.js';
import { semverBuiltIns } from './semver-built-ins.js';
import { stringBuiltIns } from './string-built-ins.js';
import { objectSubset } from './subset-built-in.js';
import { textBuiltIns } from './text-built-ins.js';
import { timeBuiltIns } from './time-built-ins.js';
import { unitBuiltIns } from './unit-built-ins.js';

/** Every built-in the host supplies. With those native in Wasm it is all that a policy may call. */
export const hostBuiltIns: BuiltIns = {
  ...arithmeticBuiltIns,
  ...base64BuiltIns,
  ...bitBuiltIns,
  ...cidrBuiltIns,
  ...collectionBuiltIns,
  ...encodingBuiltIns,
  ...jsonBuiltIns,
  ...numberBuiltIns,
  ...regexBuiltIns,
  ...semverBuiltIns,
  ...stringBuiltIns,
  ...textBuiltIns,
  ...timeBuiltIns,
  ...unitBuiltIns,
  'json.patch': jsonPatch,
  'object.subset': objectSubset,
};

// All ecosystems that are discovered, in the order of preference.

import type { Discoverer } from './component.ts';
import { ECOSYSTEMS } from './ecosystems/index.ts';
import { discoverNode } from './node/node.ts';

export const DISCOVERERS: readonly Discoverer[] = [discoverNode, ...ECOSYSTEMS];

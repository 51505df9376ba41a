// Whom discovery asks, in the order of preference.

import type { Discoverer } from './component.ts';
import { discoverNode } from './node/node.ts';

export const DISCOVERERS: readonly Discoverer[] = [discoverNode];

// The ecosystems beside JavaScript, in the order in which their titles and kinds count where two find something in one folder.

import type { Discoverer } from '../component.ts';
import { discoverCargo } from './cargo.ts';
import { discoverDocker } from './docker.ts';
import { discoverGo } from './go.ts';
import { discoverGradle } from './gradle.ts';
import { discoverMaven } from './maven.ts';
import { discoverPython } from './python.ts';
import { discoverTerraform } from './terraform.ts';

export const ECOSYSTEMS: readonly Discoverer[] = [
  discoverGo,
  discoverCargo,
  discoverPython,
  discoverMaven,
  discoverGradle,
  discoverTerraform,
  discoverDocker,
];

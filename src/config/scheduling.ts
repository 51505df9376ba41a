import type { SchedulingMode } from '../task/schedule.ts';
import type { Config } from './schema.ts';

/** Predictions only advise, unless somebody has asked for analysis: then likely conflicts hold tasks back. */
export function schedulingModeOf({ scheduling, analysis }: Config): SchedulingMode {
  if (scheduling.mode !== undefined) return scheduling.mode;
  return analysis.analysts.length > 0 || analysis.onPickup === 'hold' ? 'balanced' : 'aggressive';
}

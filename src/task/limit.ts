/** Something of a provider's that the next who asks it would meet as well. */
export interface Limit {
  readonly kind: 'rate' | 'overloaded' | 'quota' | 'login' | 'refusal' | 'model';
  /** Epoch milliseconds, where the provider names a time. */
  readonly until: number | null;
  /** Milliseconds from when it was said, where the provider names a duration. */
  readonly wait?: number;
}

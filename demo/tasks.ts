// What is to be done, in the words that the coders get. changes/ holds how each is done.

export interface DemoTask {
  readonly title: string;
  readonly section?: string;
  readonly spec: string;
  /** Lands after all that stand before it here. */
  readonly last?: true;
}

/** Arguments of `steroids sections add`. */
export const SECTIONS: readonly (readonly string[])[] = [
  ['core', '--path', 'packages/core/**'],
  ['api', '--path', 'packages/api/**'],
  ['web', '--path', 'packages/web/**', '--max-runners', '2'],
  ['release', '--exclusive'],
];

/** A conflict: both change the same line. */
export const HOURS = 'Show the opening hours in the footer';
export const PHONE = 'Show the phone number in the footer';
/** Green alone, red together: one takes away what the other begins to use. */
export const RENAMING = 'Rename total() to basketTotal()';
export const RECEIPT = 'Add a receipt to the API';
/** Rejected at first: it has no test. */
export const ROUNDING = 'Round cash prices to five cents';

export const TASKS: readonly DemoTask[] = [
  { title: HOURS, section: 'web', spec: 'Every page ends with: Open from 7 to 18.' },
  { title: PHONE, section: 'web', spec: 'Every page ends with: Call 555 0142.' },
  {
    title: RENAMING,
    section: 'core',
    spec: 'Its name should say what it is the total of. Rename every use, too.',
  },
  { title: RECEIPT, section: 'api', spec: 'GET /receipt answers with a line for each thing, and the total.' },
  { title: ROUNDING, section: 'core', spec: 'There are no coins below five cents any more.' },
  { title: 'Refuse a customer without a name', section: 'api', spec: 'A name of spaces is no name.' },
  { title: 'Escape quotation marks in pages', section: 'web', spec: 'A quotation mark ends an attribute.' },
  { title: 'Give a discount on a dozen', section: 'core', spec: 'Of twelve things of a kind, one is free.' },
  { title: 'Explain how to run the tests', spec: 'In the README, for people who are new here.' },
  { title: 'Release version 1.1.0', section: 'release', spec: 'Every package, and a changelog.', last: true },
];

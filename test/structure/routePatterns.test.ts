import { describe, expect, test } from 'vitest';
import { matchPatterns } from '../../src/structure/routePatterns.ts';

const match = (match: string, title: string, spec = '') =>
  matchPatterns([{ match, section: 'API' }], { title, spec });

describe('a routing pattern', () => {
  test('is tried in any case, from the beginning of a word on', () => {
    expect(match('endpoint|API', 'Add an Endpoint').matches).toEqual([
      { section: 'API', said: 'Endpoint', inTitle: true },
    ]);
    expect(match('route', 'New routes').matches).toHaveLength(1);
    expect(match('API', 'A rapid change').matches).toEqual([]);
    expect(match('\\.tsx', 'In App.tsx').matches).toHaveLength(1);
    expect(match('\\.tsx', 'All .tsx files').matches).toHaveLength(1);
    expect(match('^Add', 'Add it').matches).toHaveLength(1);
  });

  test('says whether the title has it', () => {
    expect(match('endpoint', 'Title', 'an endpoint').matches).toMatchObject([{ inTitle: false }]);
  });

  test('that matches nothing at all says nothing', () => {
    expect(match('x*', 'Title')).toEqual({ matches: [], warnings: [] });
  });

  test.each(['(', 'a)(b', '[z-a]', 'a'.repeat(1_001)])(
    'that is wrong (%s) is passed over with a warning',
    (wrong) => {
      const { matches, warnings } = matchPatterns(
        [
          { match: wrong, section: 'Web' },
          { match: 'add', section: 'API' },
        ],
        { title: 'Add it', spec: '' },
      );
      expect(matches).toMatchObject([{ section: 'API' }]);
      expect(warnings).toEqual([
        expect.stringMatching(/^the routing pattern ".*" \(section "Web"\) was passed over/),
      ]);
    },
  );

  test('that tries without end is ended, and the others are still tried', () => {
    const began = performance.now();
    const { matches, warnings } = matchPatterns(
      [
        { match: '(a+)+$', section: 'Web' },
        { match: '(x|x)*y', section: 'Web' },
        { match: 'end', section: 'API' },
      ],
      { title: `${'a'.repeat(60)}!`, spec: `${'x'.repeat(60)} end` },
    );
    // Each would take longer than the universe is old.
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(matches).toMatchObject([{ section: 'API' }]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/"\(a\+\)\+\$" .* was passed over: it took more than 500 ms/);
  });

  test('after two seconds of trying the rest is passed over', () => {
    const slow = { match: '(a+)+$', section: 'Web' };
    const { matches, warnings } = matchPatterns([...Array(100).fill(slow), { match: 'a', section: 'API' }], {
      title: `${'a'.repeat(60)}!`,
      spec: '',
    });
    expect(matches).toEqual([]);
    expect(warnings.at(-1)).toContain('those after it were passed over');
    expect(warnings.length).toBeLessThan(50);
  });

  test('too many are said to be', () => {
    const { matches, warnings } = matchPatterns(Array(250).fill({ match: 'a', section: 'API' }), {
      title: 'a',
      spec: '',
    });
    expect(matches).toHaveLength(200);
    expect(warnings).toEqual(['only the first 200 of 250 routing patterns were tried']);
  });

  test('what it found is one line, and short', () => {
    const [found] = match('a[^]*', `a\n${'b'.repeat(100)}`).matches;
    expect(found?.said).toMatch(/^a b{38}$/);
  });
});

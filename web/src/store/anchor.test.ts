import { describe, expect, it } from 'vitest';
import { shiftOf } from './anchor';

/** Rows by name; a figure after one is its version. */
function rows(names: string) {
  return names.split(' ').map((name) => ({ taskId: name.charAt(0), version: Number(name.slice(1) || 1) }));
}

describe('the rows in sight', () => {
  it.each([
    ['a b c d e', 'a b c d e', 0, 'stay where they are when nothing happened'],
    ['a b c d e', 'x y a b c d e', 2, 'are further down by what came above them'],
    ['a b c d e', 'b c d e', -1, 'are further up by what went above them'],
    ['a b c d e', 'a b c x d e', 0, 'are where they were when something came below the first of them'],
    ['a b c d e', 'e2 a b c d', 1, 'are further down when one from below goes to the top'],
    ['a b c d e', 'd2 a b c e', 1, 'are so, too, when it is one of them'],
    ['a b c d e', 'c2 a b d e', 0, 'stay where they are when the first of them goes to the top, and one from above takes its place'],
    ['a b c d e', 'a b d e', -1, 'are not held by one that is gone'],
    ['a b c d e', 'c2 d2 e2 a b', 0, 'are let go when all of them have changed'],
  ])('of %s, now %s: %i, as they %s', (before, after, shift) => {
    expect(shiftOf(rows(before), rows(after), 2)).toBe(shift);
  });

  it('are looked for without end neither above nor below the list', () => {
    expect(shiftOf(rows('a b'), rows('x a b'), -1)).toBe(1);
    expect(shiftOf(rows('a b'), rows('x a b'), 7)).toBe(0);
    expect(shiftOf([], rows('a'), 0)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { dayName, relativeTime } from './moments';

const noon = new Date(2026, 10, 26, 12).getTime();
const minutes = (n: number) => noon - n * 60_000;

describe('a moment as seen from now', () => {
  it('is rounded as people say it', () => {
    expect(relativeTime(minutes(0.2), noon)).toBe('now');
    expect(relativeTime(minutes(5), noon)).toMatch(/^5\s?m/);
    expect(relativeTime(minutes(3 * 60 + 50), noon)).toMatch(/^3\s?h/);
    expect(relativeTime(minutes(24 * 60), noon)).toBe('yesterday');
    expect(relativeTime(minutes(60 * 24 * 60), noon)).toMatch(/Sep/);
  });

  it('is never in the future, whatever the clocks say', () => {
    expect(relativeTime(minutes(-30), noon)).toBe('now');
  });

  it('belongs to a day of the reader', () => {
    const names = { today: 'Today', yesterday: 'Yesterday' };
    expect(dayName(minutes(11 * 60), noon, names)).toBe('Today');
    expect(dayName(minutes(13 * 60), noon, names)).toBe('Yesterday');
    expect(dayName(minutes(48 * 60), noon, names)).toMatch(/24/);
  });
});

import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useRef } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFollow } from './useFollow';

let scrolls: Element[] = [];
/** Says whether the end of the list is in sight. */
let inSight: (isIntersecting: boolean) => void = () => undefined;

beforeEach(() => {
  scrolls = [];
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(hear: (entries: { isIntersecting: boolean }[]) => void) {
        inSight = (isIntersecting) => { act(() => { hear([{ isIntersecting }]); }); };
      }
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
  vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(function scrollIntoView(this: Element) {
    scrolls.push(this);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function List({ newest }: { newest: number }) {
  const end = useRef<HTMLDivElement>(null);
  const { unseen, jump } = useFollow(end, newest);
  return (
    <>
      <output>{unseen} new</output>
      <button type="button" onClick={jump}>Newest</button>
      <div ref={end} />
    </>
  );
}

function show(newest: number) {
  const { rerender } = render(<List newest={newest} />);
  return (next: number) => { rerender(<List newest={next} />); };
}

const unseen = () => screen.getByRole('status').textContent;

describe('a list that is followed', () => {
  it('keeps its end in sight for a reader who is there', () => {
    const grow = show(3);
    inSight(true);
    grow(4);
    expect(scrolls).toHaveLength(1);
    expect(unseen()).toBe('0 new');
  });

  it('leaves a reader alone who has scrolled up, and counts what is new', () => {
    const grow = show(3);
    inSight(true);
    inSight(false);
    grow(5);
    expect(scrolls).toHaveLength(0);
    expect(unseen()).toBe('2 new');
  });

  it('counts nothing of what was there before, however far down it is', () => {
    const grow = show(3);
    inSight(false);
    expect(unseen()).toBe('0 new');
    grow(4);
    expect(unseen()).toBe('1 new');
  });

  it('follows again after a jump to the newest', async () => {
    const grow = show(3);
    inSight(false);
    grow(4);
    await userEvent.click(screen.getByRole('button', { name: 'Newest' }));
    expect(scrolls).toHaveLength(1);
    inSight(true);
    expect(unseen()).toBe('0 new');
    grow(5);
    expect(scrolls).toHaveLength(2);
    expect(unseen()).toBe('0 new');
  });
});

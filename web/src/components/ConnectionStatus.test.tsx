import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../offline/database';
import { useFreshness } from '../hooks/useFreshness';
import { logOut } from '../session/token';
import { ConnectionStatus } from './ConnectionStatus';
import { FreshnessNote } from './FreshnessNote';
import { LoginEnding } from './LoginEnding';
import { FakeServer, openPage } from './testing';
import { sockets } from './testing.socket';

vi.mock('../api/socket', () => import('./testing.socket'));

let server: FakeServer;

beforeEach(async () => {
  await openDatabase().clear();
  server = new FakeServer();
});
afterEach(async () => {
  vi.useRealTimers();
  await logOut();
});

function Page() {
  return (
    <>
      <LoginEnding />
      <ConnectionStatus />
      <section aria-label="freshness">
        <FreshnessNote freshness={useFreshness()} />
      </section>
    </>
  );
}

async function show() {
  openPage(<Page />);
  await screen.findByRole('button', { name: /^Connected\./ });
  await waitFor(() => { expect(fresh()).toBe('Live'); });
}

const fresh = () => screen.getByRole('region', { name: 'freshness' }).textContent;
const dot = () => screen.getByRole('button', { name: /onnect/ }).getAttribute('aria-label');

/** From here on nothing connects, and the clock stands still. */
function lose() {
  vi.useFakeTimers({ now: Date.now() });
  server.reachable = false;
  const { listener } = sockets;
  sockets.opens = false;
  act(() => { listener?.closed({ code: 'draining' }); });
}

describe('the state of the connection', () => {
  it('does not flash on a blip, and is told when it lasts', async () => {
    await show();
    lose();
    await act(() => vi.advanceTimersByTimeAsync(900));
    expect(dot()).toMatch(/^Connected\./);
    expect(fresh()).toBe('Live');
    await act(() => vi.advanceTimersByTimeAsync(200));
    expect(dot()).not.toMatch(/^Connected\./);
    expect(fresh()).toMatch(/^(Stale|Offline|Catching)/);
  });

  it('does not flash on a blip after many failures either', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await show();
    sockets.opens = false;
    for (let failures = 1; failures <= 10; failures += 1) {
      act(() => { sockets.listener?.closed({ code: 'draining', retryAfterMs: 1 }); });
      await act(() => vi.advanceTimersByTimeAsync(2));
    }
    sockets.opens = true;
    act(() => { sockets.listener?.closed({ code: 'draining', retryAfterMs: 1 }); });
    await act(() => vi.advanceTimersByTimeAsync(2000));
    expect(dot()).toMatch(/^Connected\./);
    sockets.opens = false;
    act(() => { sockets.listener?.closed({ code: 'draining', retryAfterMs: 200 }); });
    await act(() => vi.advanceTimersByTimeAsync(300));
    expect(dot()).toMatch(/^Connected\./);
    await act(() => vi.advanceTimersByTimeAsync(800));
    expect(screen.getByRole('button', { name: 'Retry' })).toBeDefined();
  });

  it('says from the first moment in how many seconds it is tried again', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await show();
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    sockets.opens = false;
    act(() => { sockets.listener?.closed({ code: 'draining', retryAfterMs: 20_000 }); });
    await act(() => vi.advanceTimersByTimeAsync(1000));
    expect(dot()).toMatch(/ 19 s/);
    await act(() => vi.advanceTimersByTimeAsync(4000));
    expect(dot()).toMatch(/ 15 s/);
  });

  it('is wrong with a reason and Retry when the server refuses for good', async () => {
    await show();
    sockets.opens = false;
    act(() => { server.drop('origin_not_allowed'); });
    expect(await screen.findByRole('button', { name: /^Not connected\. The server does not accept connections from this address/ })).toBeDefined();
    sockets.opens = true;
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByRole('button', { name: /^Connected\./ })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });
});

describe('a login that has ended', () => {
  it('is said, and goes on with a token that is pasted', async () => {
    await show();
    act(() => { server.drop('unauthenticated'); });
    expect(await screen.findByText(/^Your login has ended/)).toBeDefined();

    const form = screen.getByRole('form', { name: 'Log in' });
    await userEvent.type(within(form).getByLabelText('Token'), 'nonsense');
    await userEvent.click(within(form).getByRole('button', { name: 'Log in' }));
    expect(within(form).getByText(/^This is no token/)).toBeDefined();

    const token = `head.${btoa(JSON.stringify({ sub: 'alice', exp: Date.now() / 1000 + 3600 }))}.sign`;
    await userEvent.clear(within(form).getByLabelText('Token'));
    await userEvent.type(within(form).getByLabelText('Token'), `http://localhost/#token=${token}`);
    await userEvent.click(within(form).getByRole('button', { name: 'Log in' }));
    expect(await screen.findByRole('button', { name: /^Connected\./ })).toBeDefined();
    await waitFor(() => { expect(screen.queryByText(/^Your login has ended/)).toBeNull(); });
  });

  it('goes on by Retry when it was the server that was wrong', async () => {
    await show();
    act(() => { server.drop('unauthenticated'); });
    expect(await screen.findByText(/^Your login has ended/)).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByRole('button', { name: /^Connected\./ })).toBeDefined();
    await waitFor(() => { expect(screen.queryByText(/^Your login has ended/)).toBeNull(); });
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });
});

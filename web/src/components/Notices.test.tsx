import { act, cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDatabase } from '../offline/database';
import { update } from '../testing';
import { Notices } from './Notices';
import NotificationSettings from './NotificationSettings';
import { FakeServer, openPage } from './testing';

vi.mock('../api/socket', () => import('./testing.socket'));

const shown: string[] = [];
const closed: string[] = [];
let server: FakeServer;

beforeEach(async () => {
  await openDatabase().clear();
  window.localStorage.clear();
  shown.length = 0;
  closed.length = 0;
  server = new FakeServer();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Notification', class {
    static readonly permission = 'granted';
    onclick: (() => void) | null = null;
    constructor(readonly title: string) {
      shown.push(title);
    }
    close() {
      closed.push(this.title);
    }
  });
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  Reflect.deleteProperty(navigator, 'serviceWorker');
});

const system = { id: 'taskwire', name: 'Taskwire', kind: 'system' as const };

/** A task of the user's fails while they look elsewhere. */
async function failFor(user: string, title: string) {
  await screen.findByRole('checkbox', { name: 'It failed' });
  act(() => {
    server.say({
      event: 'dashboard:task_list_updated',
      payload: update({ taskId: title, title, creator: { id: user, name: user }, actor: system, status: 'failed', change: 'failed' }),
    });
  });
}

function show(user: string) {
  openPage(<><Notices /><NotificationSettings onClose={() => undefined} /></>, '/', user);
}

it('one user’s wish to be told is not another’s of the same browser', async () => {
  show('alice');
  await userEvent.click(await screen.findByRole('checkbox', { name: 'It failed' }));
  await failFor('alice', 'Mine');
  await waitFor(() => { expect(shown).toEqual(['Mine']); });

  cleanup();
  show('bob');
  expect(await screen.findByRole('checkbox', { name: 'It failed' })).toHaveProperty('checked', false);
  await failFor('bob', 'His');
  await waitFor(async () => { expect(await openDatabase().read('told:bob')).toEqual(['His 1']); });
  await userEvent.click(screen.getByRole('checkbox', { name: 'It failed' }));
  await failFor('bob', 'His other');
  await waitFor(() => { expect(shown).toEqual(['Mine', 'His other']); });

  cleanup();
  show('alice');
  expect(await screen.findByRole('checkbox', { name: 'It failed' })).toHaveProperty('checked', true);
});

it('what one user was told does not stay on the screen for the next', async () => {
  const kept = [{ close: () => { closed.push('by the worker'); } }];
  const serviceWorker = Object.assign(new EventTarget(), {
    getRegistration: () => Promise.resolve({ getNotifications: () => Promise.resolve(kept) }),
  });
  Object.defineProperty(navigator, 'serviceWorker', { value: serviceWorker, configurable: true });
  show('carol');
  await userEvent.click(await screen.findByRole('checkbox', { name: 'It failed' }));
  await failFor('carol', 'Mine');
  await waitFor(() => { expect(shown).toEqual(['Mine']); });
  expect(closed).toEqual([]);
  cleanup();
  await waitFor(() => { expect(closed).toEqual(['Mine', 'by the worker']); });
});

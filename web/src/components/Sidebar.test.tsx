import { act, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { openDatabase } from '../offline/database';
import { dashboardState, task } from '../testing';
import { noTasks } from '../store/status';
import { Sidebar } from './Sidebar';
import { FakeServer, openPage } from './testing';
import { sockets } from './testing.socket';

vi.mock('../api/socket', () => import('./testing.socket'));

beforeEach(() => openDatabase().clear());

it('counts nothing before it knows how many there are', async () => {
  const server = new FakeServer();
  server.tasks = [task({ status: 'clarification_needed' })];
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => { answer = resolve; });
  server.reading = (path) => (path.startsWith('/api/tasks') ? held : Promise.resolve());
  sockets.opens = false;
  const nothing = () => undefined;
  openPage(<Sidebar onNewTask={nothing} onPalette={nothing} onShortcuts={nothing} onLogOut={nothing} />);

  const unknown = 'not known yet';
  const link = (name: RegExp) => screen.getByRole('link', { name });
  // Those who see it have a dash, the others words.
  expect((await screen.findByRole('link', { name: /^Failed ?not known yet$/ })).textContent).toContain('–');
  for (const name of [/^Tasks/, /^Needs you/]) expect(link(name).textContent).toContain(unknown);
  expect(screen.queryByText('Nothing yet')).toBeNull();
  expect(screen.queryByText('0')).toBeNull();

  answer();
  await waitFor(() => { expect(link(/^Needs you/).textContent).toBe('Needs you1'); });
  act(() => { server.say({ event: 'dashboard:state', payload: dashboardState({ counts: { ...noTasks, failed: 2 } }) }); });
  await waitFor(() => { expect(link(/^Failed/).textContent).toBe('Failed2'); });
  expect(link(/^Tasks/).textContent).toBe('Tasks0 Open');
  expect(screen.queryByText(unknown)).toBeNull();
});

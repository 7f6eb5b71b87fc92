import { act, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { Route, Routes } from 'react-router';
import { openDatabase } from '../offline/database';
import type { Message } from '../store/message';
import { entry, summary, task, update } from '../testing';
import { PageTitle } from './PageTitle';
import { TaskDetail } from './TaskDetail';
import { FakeServer, openPage } from './testing';

vi.mock('../api/socket', () => import('./testing.socket'));

beforeEach(() => openDatabase().clear());

const expectTitle = (title: string) => waitFor(() => { expect(document.title).toBe(title); });

const waiting = (taskId: string, creator = 'alice') =>
  ({ ...summary({ taskId, creator: { id: creator, name: creator }, status: 'clarification_needed', version: 2 }), previousStatus: 'analyzing', change: 'clarification_needed' }) as const;
const says = (payload: Parameters<typeof update>[0]): Message => ({ event: 'dashboard:task_list_updated', payload: update(payload) });

it('the tab names the open task, by its title of now, and counts what waits for the user', async () => {
  const server = new FakeServer();
  server.tasks = [task()];
  openPage(
    <Routes>
      <Route path="/tasks/t1" element={<><PageTitle /><TaskDetail taskId="t1" /></>} />
    </Routes>,
    '/tasks/t1',
  );
  await expectTitle('Fix payment bug · Taskwire');
  act(() => {
    server.say({ event: 'task:state', payload: task({ version: 2, title: 'Renamed', events: [entry(1), entry(2)] }) });
    for (const payload of [waiting('t2'), waiting('t3'), waiting('t4', 'bob')]) server.say(says(payload));
  });
  await expectTitle('(2 need you) Renamed · Taskwire');
  act(() => { server.say(says({ ...waiting('t3'), version: 3, status: 'analyzing', previousStatus: 'clarification_needed', change: 'analyzing' })); });
  await expectTitle('(1 needs you) Renamed · Taskwire');
  act(() => { server.say({ event: 'task:removed', payload: { taskId: 't2' } }); });
  await expectTitle('Renamed · Taskwire');
});

it('the tab says that more wait than have been looked at', async () => {
  const server = new FakeServer();
  server.tasks = Array.from({ length: 101 }, (_, n) => task({ taskId: `t${n}`, status: 'clarification_needed' }));
  openPage(<PageTitle />);
  await expectTitle('(100+ need you) Taskwire');
});

it('the tab names no task where none is open', async () => {
  new FakeServer();
  openPage(<PageTitle />);
  await expectTitle('Taskwire');
});

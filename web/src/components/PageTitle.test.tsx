import { act, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { Route, Routes } from 'react-router';
import { openDatabase } from '../offline/database';
import { noTasks } from '../store/status';
import { dashboardState, entry, task } from '../testing';
import { PageTitle } from './PageTitle';
import { TaskDetail } from './TaskDetail';
import { FakeServer, openPage } from './testing';

vi.mock('../api/socket', () => import('./testing.socket'));

beforeEach(() => openDatabase().clear());

const expectTitle = (title: string) => waitFor(() => { expect(document.title).toBe(title); });

it('the tab names the open task, by its title of now, and counts what waits', async () => {
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
    server.say({ event: 'dashboard:state', payload: dashboardState({ counts: { ...noTasks, clarification_needed: 2 } }) });
  });
  await expectTitle('(2 need you) Renamed · Taskwire');
});

it('the tab names no task where none is open', async () => {
  new FakeServer();
  openPage(<PageTitle />);
  await expectTitle('Taskwire');
});

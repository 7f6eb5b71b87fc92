/** Follows tasks by asking for them: what streams and polling have instead of rooms. */
import type { Message } from '../store/message';
import { isPassing, patience } from './answers';
import type { Client, Failure } from './client';
import type { TransportListener } from './transport';

export interface Following {
  start: () => void;
  stop: () => void;
  join: (taskId: string) => void;
  leave: (taskId: string) => void;
  ask: (taskId: string) => void;
  /** Asks for a task that a message says has changed. */
  heard: (message: Message) => void;
  askAll: () => void;
}

export function followByAsking(client: Client, listener: TransportListener): Following {
  const followed = new Set<string>();
  /** What is being asked for; `true`: once more when the answer is here. */
  const asking = new Map<string, boolean>();
  let running = false;

  const ask = async (taskId: string) => {
    if (!running) return;
    if (asking.has(taskId)) {
      asking.set(taskId, true);
      return;
    }
    asking.set(taskId, false);
    const answer = await client.task(taskId);
    const again = asking.get(taskId);
    asking.delete(taskId);
    if (!isRunning()) return;
    if (answer.ok) listener.said({ event: 'task:state', payload: answer.value });
    else if (answer.failure.code === 'not_found') listener.missing(taskId);
    else if (isPassing(answer.failure)) later(taskId, answer.failure);
    if (again) void ask(taskId);
  };
  /** Asks again in a while: nobody else may say what was not answered. */
  const later = (taskId: string, failure: Failure) => {
    setTimeout(() => {
      if (followed.has(taskId)) void ask(taskId);
    }, patience(failure, 3));
  };
  const isRunning = () => running;
  const askAll = () => {
    for (const taskId of followed) void ask(taskId);
  };

  return {
    start: () => {
      running = true;
      askAll();
    },
    stop: () => {
      running = false;
    },
    join: (taskId) => {
      followed.add(taskId);
      void ask(taskId);
    },
    leave: (taskId) => {
      followed.delete(taskId);
    },
    ask: (taskId) => void ask(taskId),
    heard: (message) => {
      if (message.event === 'dashboard:task_list_updated' && followed.has(message.payload.taskId)) {
        void ask(message.payload.taskId);
      }
    },
    askAll,
  };
}

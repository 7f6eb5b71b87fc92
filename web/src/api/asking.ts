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
  /** Asks for a task that a message says has changed, or has been taken away since it was asked for. */
  heard: (message: Message) => void;
  askAll: () => void;
}

export function followByAsking(client: Client, listener: TransportListener): Following {
  const followed = new Set<string>();
  /** What is being asked for; `again`: once more when the answer is here; `anew`: and that answer is void. */
  const asking = new Map<string, 'once' | 'again' | 'anew'>();
  let running = false;

  const ask = async (taskId: string) => {
    if (!running) return;
    if (asking.has(taskId)) {
      if (asking.get(taskId) === 'once') asking.set(taskId, 'again');
      return;
    }
    asking.set(taskId, 'once');
    const answer = await client.task(taskId);
    const next = asking.get(taskId);
    asking.delete(taskId);
    if (!isRunning()) return;
    if (next === 'anew') {
      void ask(taskId);
      return;
    }
    if (answer.ok) listener.said({ event: 'task:state', payload: answer.value });
    else if (answer.failure.code === 'not_found') listener.missing(taskId);
    else if (isPassing(answer.failure)) later(taskId, answer.failure);
    if (next === 'again') void ask(taskId);
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
      // An answer from before that would bring it back.
      if (message.event === 'task:removed' && asking.has(message.payload.taskId)) asking.set(message.payload.taskId, 'anew');
    },
    askAll,
  };
}

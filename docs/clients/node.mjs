// npm install socket.io-client && TOKEN=… node node.mjs http://127.0.0.1:3000
import { io } from 'socket.io-client';

const tasks = new Map();
const socket = io(process.argv[2], { auth: { token: process.env.TOKEN } });
const join = () => socket.emit('dashboard:join', { mode: 'list', limit: 200 });

socket.on('connect', join); // Again after every reconnect, which happens by itself.
socket.on('resync_required', join); // Something may have been missed: the state comes anew.
socket.on('dashboard:state', (state) => {
  tasks.clear();
  for (const task of state.tasks) tasks.set(task.taskId, task);
  console.log(tasks.size, 'tasks');
});
socket.on('dashboard:task_list_updated', (task) => {
  if (task.version < (tasks.get(task.taskId)?.version ?? 0)) return; // The state was newer.
  tasks.set(task.taskId, task);
  console.log(task.title, 'is', task.status);
});
socket.on('task:removed', ({ taskId }) => tasks.delete(taskId));
socket.on('error', ({ code, detail }) => console.error(code, detail));
socket.on('connect_error', ({ message }) => console.error(message, socket.active ? '(retrying)' : ''));

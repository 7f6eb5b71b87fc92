/** One task and its timeline, folded from messages. */
import type { StatusChange, TaskEventAdded, TaskEventView, TaskSummary, TaskView } from '../api/types';
import type { Message } from './message';
import { newerProgress } from './progress';

export type Room =
  /** It does not exist, or may not be seen. */
  | { kind: 'gone' }
  /** `gap`: entries up to this version were missed and are still to come. */
  | { kind: 'ready'; task: TaskView; gap: number | null };

type Ready = Extract<Room, { kind: 'ready' }>;

/** Applies messages about any task, in order; those about others change nothing. */
export function foldRoom(room: Room | undefined, taskId: string, messages: readonly Message[]): Room | undefined {
  return messages.reduce((sofar, message) => applied(sofar, taskId, message), room);
}

/** The room with the task as a snapshot has it. What is shown in a newer version stays. */
export function withSnapshot(room: Room | undefined, view: TaskView): Room {
  if (room?.kind !== 'ready') return { kind: 'ready', task: view, gap: null };
  if (view.version < room.task.version) return room;
  const gap = room.gap !== null && view.version < room.gap ? room.gap : null;
  return { kind: 'ready', task: withLoaded(view, room.task.events), gap };
}

/** The room with entries from before those it shows. */
export function withOlder(room: Room, older: readonly TaskEventView[]): Room {
  if (room.kind !== 'ready') return room;
  const { task } = room;
  const events = older.filter(({ version }) => version < task.eventsFrom);
  const first = events[0];
  if (!first || events.at(-1)?.version !== task.eventsFrom - 1) return room;
  return { ...room, task: { ...task, events: [...events, ...task.events], eventsFrom: first.version } };
}

/** Entries loaded before stay, unless there is a hole between them and the snapshot's. */
function withLoaded(view: TaskView, loaded: readonly TaskEventView[]): TaskView {
  const older = loaded.filter(({ version }) => version < view.eventsFrom);
  const first = older[0];
  if (!first || older.at(-1)?.version !== view.eventsFrom - 1) return view;
  return { ...view, events: [...older, ...view.events], eventsFrom: first.version };
}

function applied(room: Room | undefined, taskId: string, message: Message): Room | undefined {
  if (!isAboutATask(message) || message.payload.taskId !== taskId) return room;
  switch (message.event) {
    case 'task:state':
      return withSnapshot(room, message.payload);
    case 'task:removed':
      return { kind: 'gone' };
    case 'task:created':
      // Seen anew, perhaps: then a snapshot follows whoever asks for it.
      return room;
    default:
      return room?.kind === 'ready' ? changed(room, message) : room;
  }
}

type AboutATask = Exclude<Message, { event: 'dashboard:state' | 'stats' }>;
type Change = Exclude<AboutATask, { event: 'task:state' | 'task:removed' | 'task:created' }>;

function isAboutATask(message: Message): message is AboutATask {
  return message.event !== 'dashboard:state' && message.event !== 'stats';
}


function changed(room: Ready, message: Change): Ready {
  const { task } = room;
  switch (message.event) {
    case 'task:event_added':
      return entered(room, message.payload);
    case 'task:progress': {
      const progress = newerProgress(task, message.payload);
      return progress ? { ...room, task: { ...task, progress } } : room;
    }
    case 'dashboard:task_list_updated':
    case 'row':
      if (message.payload.version < task.version) return room;
      return missed({ ...room, task: withSummary(task, message.payload) }, message.payload.version);
    default:
      if (message.payload.version < task.version) return room;
      return missed({ ...room, task: withStatus(task, message.payload) }, message.payload.version);
  }
}

/** Only the timeline is a gap-free series: n+1 is applied, n and older ignored, more is a gap. */
function entered(room: Ready, { event }: TaskEventAdded): Ready {
  const { task } = room;
  if (event.version <= task.version) return room;
  if (event.version > task.version + 1) return missed(room, event.version);
  return {
    ...room,
    gap: room.gap !== null && room.gap > event.version ? room.gap : null,
    task: {
      ...withText(task, event),
      version: event.version,
      updatedAt: event.at,
      events: [...task.events, event],
    },
  };
}

function missed(room: Ready, version: number): Ready {
  if (version <= room.task.version || (room.gap !== null && room.gap >= version)) return room;
  return { ...room, gap: version };
}

/** What only the entry itself tells; the rest of the task follows as state. */
function withText(task: TaskView, event: TaskEventView): TaskView {
  switch (event.type) {
    case 'edited':
      return {
        ...task,
        title: event.data.title ?? task.title,
        description: event.data.description ?? task.description,
        labels: event.data.labels ?? task.labels,
        team: event.data.team === undefined ? task.team : event.data.team,
        visibility: event.data.visibility ?? task.visibility,
      };
    case 'clarification_answered': {
      const { id, name } = event.actor;
      const answers = new Map(event.data.answers.map(({ questionId, answer }) => [questionId, answer]));
      return {
        ...task,
        questions: task.questions.map((question) => {
          const answer = answers.get(question.id);
          return answer === undefined ? question : { ...question, answer, answeredBy: { id, name } };
        }),
      };
    }
    default:
      return task;
  }
}

// State messages leave `version` alone: it counts the timeline, and those entries come by themselves.

function withStatus(task: TaskView, change: StatusChange): TaskView {
  return {
    ...task,
    status: change.status,
    progress: null,
    questions: 'questions' in change ? change.questions : task.questions,
    issue: 'issueUrl' in change ? { url: change.issueUrl, number: change.issueNumber } : task.issue,
    error: 'error' in change ? change.error : null,
  };
}

function withSummary(task: TaskView, summary: TaskSummary): TaskView {
  const { title, repo, labels, creator, team, visibility } = summary;
  const { status, issue, pullRequest, progress, error } = summary;
  return { ...task, title, repo, labels, creator, team, visibility, status, issue, pullRequest, progress, error };
}

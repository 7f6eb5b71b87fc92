/** One task and its timeline, folded from what the server sends to the task's room. */
import type {
  StatusChange,
  TaskEventAdded,
  TaskEventView,
  TaskProgress,
  TaskSummary,
  TaskView,
} from '../api/types';
import { newerProgress } from './dashboard';

export type Room =
  | { kind: 'loading' }
  /** It does not exist, or may not be seen. */
  | { kind: 'gone' }
  /** `gap`: entries up to this version were missed and are still to come. */
  | { kind: 'ready'; task: TaskView; gap: number | null };

export type RoomMessage =
  | { type: 'joined' }
  | { type: 'refused' }
  | { type: 'state'; payload: TaskView }
  | { type: 'event'; payload: TaskEventAdded }
  | { type: 'status'; payload: StatusChange }
  | { type: 'summary'; payload: TaskSummary }
  | { type: 'progress'; payload: TaskProgress }
  | { type: 'removed' };

export const emptyRoom: Room = { kind: 'loading' };

export function applyToRoom(room: Room, message: RoomMessage): Room {
  switch (message.type) {
    case 'joined':
      // A snapshot follows; until then what is shown stays.
      return room.kind === 'gone' ? emptyRoom : room;
    case 'refused':
    case 'removed':
      return { kind: 'gone' };
    case 'state':
      return snapshot(room, message.payload);
    case 'event':
    case 'status':
    case 'summary':
    case 'progress':
      return room.kind === 'ready' ? changed(room, message) : room;
  }
}

type Ready = Extract<Room, { kind: 'ready' }>;
type ChangeMessage = Extract<RoomMessage, { type: 'event' | 'status' | 'summary' | 'progress' }>;

function snapshot(room: Room, view: TaskView): Room {
  if (room.kind !== 'ready') return { kind: 'ready', task: view, gap: null };
  if (view.version < room.task.version) return room;
  const gap = room.gap !== null && view.version < room.gap ? room.gap : null;
  return { kind: 'ready', task: view, gap };
}

function changed(room: Ready, message: ChangeMessage): Ready {
  const { task } = room;
  switch (message.type) {
    case 'event':
      return entered(room, message.payload);
    case 'status':
      if (message.payload.version < task.version) return room;
      return { ...room, task: withStatus(task, message.payload) };
    case 'summary':
      if (message.payload.version < task.version) return room;
      return { ...room, task: withSummary(task, message.payload) };
    case 'progress': {
      const progress = newerProgress(task, message.payload);
      return progress ? { ...room, task: { ...task, progress } } : room;
    }
  }
}

/** Only the timeline is a gap-free series: n+1 is applied, n and older ignored, more is a gap. */
function entered(room: Ready, { event }: TaskEventAdded): Ready {
  const { task } = room;
  if (event.version <= task.version) return room;
  if (event.version > task.version + 1) return { ...room, gap: event.version };
  return {
    ...room,
    task: {
      ...withText(task, event),
      version: event.version,
      updatedAt: event.at,
      events: [...task.events, event],
    },
  };
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

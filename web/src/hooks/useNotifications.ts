import { useEffect, useEffectEvent, useState } from 'react';
import { want, wantedBy, type Wanted } from '../session/wanted';
import { nameOf, type Notice, type NoticeKind } from '../store/notices';
import { useObservable } from './useObservable';
import { useWorkspace } from './useWorkspace';

export interface Notifications {
  /** Whether this browser has them, here. */
  supported: boolean;
  permission: NotificationPermission;
  /** What the user wants to be told. All off at first. */
  settings: Wanted;
  /** Changes what is told; asks the browser for permission when that is still to be asked. */
  change: (kind: NoticeKind, on: boolean) => Promise<void>;
}

/** What the user wants to be told of while they look elsewhere. */
export function useNotifications(): Notifications {
  const { user } = useWorkspace();
  const [permission, setPermission] = useState<NotificationPermission>(supported() ? Notification.permission : 'denied');
  return {
    supported: supported(),
    permission,
    settings: useObservable(wantedBy(user)),
    change: async (kind, on) => {
      if (on && supported() && Notification.permission === 'default') setPermission(await Notification.requestPermission());
      want(user, kind, on);
    },
  };
}

interface NoticeOptions {
  /** The notice's title and text for people. */
  say: (notice: Notice) => { title: string; body: string };
  /** Shows the task; the page has at least the notice's version of it, or is getting it. */
  open: (taskId: string) => void;
}

/** Tells the user what they want to be told: while the page is hidden, or of what it missed. Use it once. */
export function useNotices({ say, open }: NoticeOptions): void {
  const { user, onNotice, need } = useWorkspace();
  const follow = useEffectEvent(({ taskId, version }: Pick<Notice, 'taskId' | 'version'>) => {
    need(taskId, version);
    open(taskId);
  });
  const show = useEffectEvent((notice: Notice) => {
    if (!(document.hidden || notice.missed) || !wantedBy(user).get()[notice.kind]) return;
    if (!supported() || Notification.permission !== 'granted') return;
    const { title, body } = say(notice);
    const options = { body, tag: nameOf(notice) };
    try {
      const shown = new Notification(title, options);
      onScreen.add(shown);
      shown.onclose = () => { onScreen.delete(shown); };
      shown.onclick = () => {
        shown.close();
        window.focus();
        follow(notice);
      };
    } catch {
      // Some phones have them for service workers only.
      const data: Clicked = { type: clicked, taskId: notice.taskId, version: notice.version };
      void navigator.serviceWorker.ready.then((worker) => worker.showNotification(title, { ...options, data }));
    }
  });
  useEffect(() => takeDown, []);
  useEffect(() => onNotice((notice) => { show(notice); }), [onNotice]);
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return undefined;
    const { serviceWorker } = navigator;
    const hear = ({ data }: MessageEvent<unknown>) => {
      if (isClicked(data)) follow(data);
    };
    serviceWorker.addEventListener('message', hear);
    return () => { serviceWorker.removeEventListener('message', hear); };
  }, []);
}

/** What this page shows, but for what the service worker shows for it. */
const onScreen = new Set<Notification>();

/** Closes what is shown: the next user is not told the business of this one. */
function takeDown(): void {
  for (const shown of onScreen) shown.close();
  onScreen.clear();
  if (!('serviceWorker' in navigator)) return;
  const theWorkers = async () => {
    const worker = await navigator.serviceWorker.getRegistration();
    for (const shown of (await worker?.getNotifications()) ?? []) shown.close();
  };
  // Where workers are not allowed there are none of theirs.
  theWorkers().catch(() => undefined);
}

/** What `notification-click.js` says. */
interface Clicked {
  type: typeof clicked;
  taskId: string;
  version: number;
}
const clicked = 'notification-click';

function isClicked(data: unknown): data is Clicked {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === clicked;
}

function supported(): boolean {
  return typeof Notification !== 'undefined' && window.isSecureContext;
}

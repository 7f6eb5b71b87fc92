import { Menu as MenuIcon, Plus } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { useFeatures } from '../hooks/useMe';
import { useOutbox } from '../hooks/useOutbox';
import { usePlace } from '../hooks/usePlace';
import { useSession } from '../hooks/useSession';
import { useShortcuts } from '../hooks/useShortcuts';
import { hasDrafts } from '../session/drafts';
import { texts } from '../texts';
import { ConnectionStatus } from './ConnectionStatus';
import { LiveRegion } from './LiveRegion';
import { OfflineBanner } from './OfflineBanner';
import { LoginEnding } from './LoginEnding';
import { Notices } from './Notices';
import { OutboxButton } from './OutboxButton';
import { PageTitle } from './PageTitle';
import { Sidebar } from './Sidebar';
import { TaskDashboard } from './TaskDashboard';
import { TaskDetail } from './TaskDetail';
import { Toasts } from './Toasts';
import { IconButton } from './ui/Button';
import { classes } from './ui/classes';

const loadNewTask = () => import('./NewTask');
const loadPalette = () => import('./CommandPalette');
const NewTask = lazy(loadNewTask);
const CommandPalette = lazy(loadPalette);
const LogOutDialog = lazy(() => import('./LogOutDialog'));
const ShortcutHelp = lazy(() => import('./ShortcutHelp'));
const Drawer = lazy(() => import('./ui/Drawer'));

const mostFrames = 60;

type Open = 'task' | 'shortcuts' | 'palette' | 'drawer' | 'logOut';

/** The page around everything: sidebar, list or board, detail; one of them at a time on a phone. */
export function Shell() {
  const { taskId, openView, closeTask } = usePlace();
  const [open, setOpen] = useState<Open | null>(null);
  const close = useCallback(() => { setOpen(null); }, []);
  const newTask = () => { setOpen('task'); };
  const shortcuts = () => { setOpen('shortcuts'); };
  const palette = () => { setOpen('palette'); };
  const { logOut } = useSession();
  const { entries } = useOutbox();
  const leave = () => {
    if (entries.length > 0 || hasDrafts()) setOpen('logOut');
    else logOut();
  };
  useFocusReturn(taskId);
  useReadiness();

  // Whoever goes somewhere from the drawer has arrived.
  const { key } = useLocation();
  const [arrived, setArrived] = useState(key);
  if (key !== arrived) {
    setArrived(key);
    if (open === 'drawer') setOpen(null);
  }

  useShortcuts({
    c: newTask,
    '?': shortcuts,
    'mod+k': palette,
    'g d': () => { openView('list'); },
    'g b': () => { openView('board'); },
    Escape: () => { if (taskId !== null) closeTask(); },
  });

  const sidebar = <Sidebar onNewTask={newTask} onPalette={palette} onShortcuts={shortcuts} onLogOut={leave} />;
  return (
    <div className="flex h-full flex-col">
      <a href="#main" className="sr-only z-50 rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        {texts.skip}
      </a>
      <OfflineBanner />
      <LoginEnding />
      <TopBar onMenu={() => { setOpen('drawer'); }} onNewTask={newTask} />
      <div className="flex min-h-0 flex-1">
        <aside className="hidden w-60 shrink-0 border-r border-line lg:block 2xl:w-64">{sidebar}</aside>
        <main
          id="main"
          tabIndex={-1}
          className={classes('grid min-w-0 flex-1 grid-rows-[minmax(0,1fr)]', taskId !== null && 'lg:grid-cols-[minmax(20rem,26rem)_minmax(0,1fr)] 2xl:grid-cols-[34rem_minmax(0,1fr)]')}
        >
          <div className={classes('min-h-0 min-w-0', taskId !== null && 'hidden border-r border-line lg:block')}>
            <TaskDashboard onNewTask={newTask} />
          </div>
          {taskId !== null && (
            <div className="flex min-h-0 min-w-0">
              <TaskDetail key={taskId} taskId={taskId} />
            </div>
          )}
        </main>
      </div>
      <PageTitle />
      <Notices />
      <LiveRegion />
      <Toasts />
      <Suspense>
        {open === 'task' && <NewTask onClose={close} />}
        {open === 'shortcuts' && <ShortcutHelp onClose={close} />}
        {open === 'palette' && <CommandPalette onNewTask={newTask} onShortcuts={shortcuts} onLogOut={leave} onClose={close} />}
        {open === 'logOut' && <LogOutDialog onLogOut={logOut} onClose={close} />}
        {open === 'drawer' && (
          <Drawer label={texts.menu} onClose={close}>
            {sidebar}
          </Drawer>
        )}
      </Suspense>
    </div>
  );
}

interface TopBarProps {
  onMenu: () => void;
  onNewTask: () => void;
}

/** What a phone shows of the sidebar. */
function TopBar({ onMenu, onNewTask }: TopBarProps) {
  const features = useFeatures();
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-sunken px-1.5 lg:hidden">
      <IconButton label={texts.menu} onClick={onMenu}>
        <MenuIcon size={20} aria-hidden="true" />
      </IconButton>
      <span className="shrink-0 font-semibold max-[22rem]:sr-only">{texts.product}</span>
      {features?.demo && (
        <span title={texts.demoHint} className="ml-1.5 min-w-0 truncate rounded bg-wait-wash px-1.5 text-sm font-medium text-wait">
          {texts.demo}
        </span>
      )}
      <span className="ml-auto flex shrink-0 items-center">
        <OutboxButton compact />
        <ConnectionStatus />
        <IconButton label={texts.nav.newTask} onClick={onNewTask}>
          <Plus size={20} aria-hidden="true" />
        </IconButton>
      </span>
    </header>
  );
}

const quietMs = 1500;

/** Once the page has settled, what a key opens is fetched, so that it opens at once. */
function useReadiness(): void {
  useEffect(() => {
    const wait = window.setTimeout(() => void Promise.allSettled([loadNewTask(), loadPalette()]), quietMs);
    return () => { window.clearTimeout(wait); };
  }, []);
}

/** When a task is closed, the focus goes back to its row, where it came from. */
function useFocusReturn(taskId: string | null): void {
  const left = useRef<string | null>(null);
  useEffect(() => {
    const from = left.current;
    left.current = taskId;
    if (taskId !== null || from === null) return undefined;
    const heading = document.getElementById('tasks-heading');
    heading?.focus();
    // On a phone the list has been away: its rows come back a moment later.
    let frames = 0;
    let frame = 0;
    const look = () => {
      if (document.activeElement !== heading || frames > mostFrames) return;
      frames += 1;
      const row = document.querySelector<HTMLElement>(`[data-task="${CSS.escape(from)}"] h3 a`);
      if (row) row.focus();
      else frame = window.requestAnimationFrame(look);
    };
    look();
    return () => { window.cancelAnimationFrame(frame); };
  }, [taskId]);
}

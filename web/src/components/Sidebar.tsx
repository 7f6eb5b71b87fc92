import { ChevronDown, CirclePlus, Clock, Columns3, FlaskConical, GitMerge, List, MessageCircleQuestionMark, Search, type LucideIcon } from 'lucide-react';
import { Link } from 'react-router';
import type { Status } from '../api/types';
import { useCounts, useDashboardSubscription } from '../hooks/useDashboardSubscription';
import { useFilters } from '../hooks/useFilters';
import { useFeatures, useMe } from '../hooks/useMe';
import { useNeedsMe, type NeedsMe } from '../hooks/useNeedsMe';
import { usePlace, type View } from '../hooks/usePlace';
import { addressOf, isSame, noFilters } from '../store/filters';
import { statuses } from '../store/status';
import { statusText, texts } from '../texts';
import { ConnectionStatus } from './ConnectionStatus';
import { Count } from './Count';
import { Moment } from './Moment';
import { OutboxButton } from './OutboxButton';
import { modKey } from './platform';
import { StatusIcon } from './StatusBadge';
import { Avatar } from './ui/Avatar';
import { Button } from './ui/Button';
import { classes } from './ui/classes';
import { Kbd } from './ui/Kbd';
import { UserMenu } from './UserMenu';

const words = texts.nav;

interface SidebarProps {
  onNewTask: () => void;
  onPalette: () => void;
  onShortcuts: () => void;
  onLogOut: () => void;
}

/** Where one can go, and how things stand: all of it live. */
export function Sidebar({ onNewTask, onPalette, onShortcuts, onLogOut }: SidebarProps) {
  const { loaded, counts, openCount } = useCounts();
  const { view, taskId } = usePlace();
  const { filters, count } = useFilters();
  const plain = count === 0 && filters.q === '';
  const me = useMe();
  const needsMe = useNeedsMe();
  const mine = isSame(filters, needsMe.filters);

  return (
    <div className="flex h-full flex-col bg-sunken">
      <div className="flex h-12 shrink-0 items-center gap-2 pr-1.5 pl-4">
        <Link to="/" className="flex min-w-0 items-center gap-2 rounded font-semibold tracking-tight whitespace-nowrap">
          <img src="/favicon.svg" alt="" width={20} height={20} />
          {texts.product}
        </Link>
        <span className="ml-auto shrink-0">
          <ConnectionStatus />
        </span>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        <DemoMark />
        <Button look="primary" className="mb-1.5 w-full" onClick={onNewTask} aria-keyshortcuts="c">
          <CirclePlus size={16} aria-hidden="true" />
          {words.newTask}
        </Button>
        <Button look="plain" className="mb-4 w-full text-soft" onClick={onPalette} aria-keyshortcuts="Control+K Meta+K">
          <Search size={15} aria-hidden="true" />
          {texts.palette.short}
          <span className="ml-auto hidden gap-0.5 pointer-fine:flex" aria-hidden="true">
            <Kbd>{modKey}</Kbd>
            <Kbd>K</Kbd>
          </span>
        </Button>
        <nav aria-label={words.label} className="grid gap-5">
          <ul role="list" className="grid gap-px">
            <ViewLink view="list" icon={List} count={loaded ? openCount : null} current={view === 'list' && plain && taskId === null} />
            <ViewLink view="board" icon={Columns3} current={view === 'board' && plain && taskId === null} />
            <NeedsYouLink needsMe={needsMe} current={mine} />
          </ul>
          <section aria-labelledby="by-status">
            <h2 id="by-status" className="mb-1 px-2.5 text-xs font-medium text-soft">
              {words.byStatus}
            </h2>
            <ul role="list" className="grid gap-px">
              {statuses.map((status) => (
                <StatusLink
                  key={status}
                  status={status}
                  count={loaded ? counts[status] : null}
                  current={filters.status.length === 1 && filters.status[0] === status && !mine}
                />
              ))}
            </ul>
          </section>
        </nav>
        <Latest />
      </div>
      <div className="grid shrink-0 gap-1 border-t border-line p-2">
        <OutboxButton />
        <UserMenu onShortcuts={onShortcuts} onLogOut={onLogOut}>
          <button type="button" className="flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover pointer-coarse:h-12">
            <Avatar name={me?.name ?? '…'} />
            <span className="min-w-0 flex-1 truncate">{me?.name ?? texts.loading}</span>
            <ChevronDown size={15} aria-hidden="true" className="text-soft" />
          </button>
        </UserMenu>
      </div>
    </div>
  );
}

/** Nobody should take the simulated GitHub for the real one. */
function DemoMark() {
  const features = useFeatures();
  return features?.demo ? <DemoNote /> : null;
}

export function DemoNote() {
  return (
    <p title={texts.demoHint} className="mb-2 flex items-center gap-2 rounded-md bg-wait-wash px-2.5 py-1.5 text-sm font-medium text-wait">
      <FlaskConical size={15} aria-hidden="true" />
      {texts.demo}
    </p>
  );
}

const item = 'flex h-8 items-center gap-2.5 rounded-md px-2.5 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-medium pointer-coarse:h-11';

interface ViewLinkProps {
  view: View;
  icon: LucideIcon;
  /** `null`: not known yet. */
  count?: number | null;
  current: boolean;
}

function ViewLink({ view, icon: Icon, count, current }: ViewLinkProps) {
  return (
    <li>
      <Link to={view === 'board' ? '/?view=board' : '/'} aria-current={current ? 'page' : undefined} className={item}>
        <Icon size={16} aria-hidden="true" className="text-soft" />
        {words[view]}
        {count !== undefined && (
          <span className="ml-auto text-sm text-soft tabular-nums">
            <Count value={count} /> <span className="text-xs">{words.open}</span>
          </span>
        )}
      </Link>
    </li>
  );
}

interface NeedsYouLinkProps {
  needsMe: NeedsMe;
  current: boolean;
}

/** The tasks that wait for an answer of this user's. */
function NeedsYouLink({ needsMe: { known, count, hasMore, filters }, current }: NeedsYouLinkProps) {
  return (
    <li>
      <Link to={`/?${addressOf(filters).toString()}`} aria-current={current ? 'page' : undefined} className={item}>
        <MessageCircleQuestionMark size={16} aria-hidden="true" className="text-wait" />
        {words.needsYou}
        <span className={classes('ml-auto text-sm tabular-nums', count > 0 ? 'rounded-full bg-wait-wash px-2 font-medium text-wait' : 'text-soft')}>
          <Count value={known ? texts.list.loaded(count, hasMore) : null} />
        </span>
      </Link>
    </li>
  );
}

interface StatusLinkProps {
  status: Status;
  count: number | null;
  current: boolean;
}

function StatusLink({ status, count, current }: StatusLinkProps) {
  return (
    <li data-count={status}>
      <Link to={`/?${addressOf({ ...noFilters, status: [status] }).toString()}`} aria-current={current ? 'page' : undefined} className={item}>
        <StatusIcon status={status} />
        {statusText[status]}
        <span className="ml-auto text-sm text-soft tabular-nums"><Count value={count} /></span>
      </Link>
    </li>
  );
}

/** What was finished last, and when anything moved. */
function Latest() {
  const { loaded, lastActivityAt, lastCompleted } = useDashboardSubscription();
  const { toTask } = usePlace();
  return (
    <dl className="mt-5 grid gap-3 px-2.5 text-sm">
      <div>
        <dt className="mb-0.5 text-xs font-medium text-soft">{words.lastCompleted}</dt>
        <dd>
          {lastCompleted ? (
            <Link to={toTask(lastCompleted.taskId)} className="group grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 rounded">
              <GitMerge size={14} aria-hidden="true" className="mt-0.5 text-merged" />
              <span className="line-clamp-2 group-hover:underline">{lastCompleted.title}</span>
              <Moment at={lastCompleted.at} className="col-start-2 text-faint" />
            </Link>
          ) : (
            <span className="text-faint"><Count value={loaded ? words.nothingCompleted : null} /></span>
          )}
        </dd>
      </div>
      {lastActivityAt !== null && (
        <div>
          <dt className="mb-0.5 text-xs font-medium text-soft">{words.lastActivity}</dt>
          <dd className="flex items-center gap-2 text-soft">
            <Clock size={14} aria-hidden="true" className="text-faint" />
            <Moment at={lastActivityAt} />
          </dd>
        </div>
      )}
    </dl>
  );
}

import { Command } from 'cmdk';
import { CirclePlus, Columns3, Keyboard, List, LogOut, Moon, Search, Sun, type LucideIcon } from 'lucide-react';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { withFilters } from '../hooks/useFilters';
import { usePlace } from '../hooks/usePlace';
import { useTaskList } from '../hooks/useTaskList';
import { useTheme } from '../hooks/useTheme';
import { noFilters } from '../store/filters';
import { statuses } from '../store/status';
import { statusText, texts } from '../texts';
import { StatusIcon } from './StatusBadge';
import { Dialog } from './ui/Dialog';
import { Kbd } from './ui/Kbd';

const words = texts.palette;
const mostTasks = 8;

interface CommandPaletteProps {
  onNewTask: () => void;
  onShortcuts: () => void;
  onLogOut: () => void;
  onClose: () => void;
}

/** Everything by typing a few letters of it: commands, places, tasks. */
export default function CommandPalette({ onNewTask, onShortcuts, onLogOut, onClose }: CommandPaletteProps) {
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim());
  const filters = useMemo(() => ({ ...noFilters, q: wanted, sort: '-updatedAt' as const }), [wanted]);
  const { rows: all } = useTaskList(filters);
  // What the server has not taken yet has no page.
  const rows = all.filter((row) => !row.pending);
  const { openTask, openView } = usePlace();
  const [, setTheme] = useTheme();
  const navigate = useNavigate();

  // The palette goes first, so that what opens finds the focus where it was.
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  const show = (changes: Parameters<typeof withFilters>[1]) => () => {
    void navigate(`/?${withFilters(new URLSearchParams(), { ...noFilters, ...changes }).toString()}`);
  };

  return (
    <Dialog title={words.heading} titleHidden width="wide" onClose={onClose}>
      <Command label={words.heading} loop className="flex max-h-full flex-col sm:max-h-[60vh]">
        <div className="flex items-center gap-2.5 border-b border-line px-4">
          <Search size={17} aria-hidden="true" className="text-faint" />
          <Command.Input
            data-first
            value={typed}
            onValueChange={setTyped}
            placeholder={words.placeholder}
            className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
          />
          <Kbd>{texts.keys.escape}</Kbd>
        </div>
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-2">
          <Command.Empty className="px-3 py-8 text-center text-soft">{words.none}</Command.Empty>
          <Command.Group heading={words.commands} className={group}>
            <Item icon={CirclePlus} keys={['c']} onSelect={run(onNewTask)}>
              {texts.create.heading}
            </Item>
            <Item icon={List} keys={['g', 'd']} onSelect={run(() => { openView('list'); })}>
              {texts.shortcuts.list}
            </Item>
            <Item icon={Columns3} keys={['g', 'b']} onSelect={run(() => { openView('board'); })}>
              {texts.shortcuts.board}
            </Item>
            {statuses.map((status) => (
              <Item key={status} icon={<StatusIcon status={status} />} onSelect={run(show({ status: [status] }))}>
                {words.show(statusText[status])}
              </Item>
            ))}
            <Item icon={Sun} onSelect={run(() => { setTheme('light'); })}>
              {words.theme(texts.user.themes.light)}
            </Item>
            <Item icon={Moon} onSelect={run(() => { setTheme('dark'); })}>
              {words.theme(texts.user.themes.dark)}
            </Item>
            <Item icon={Keyboard} keys={['?']} onSelect={run(onShortcuts)}>
              {texts.shortcuts.heading}
            </Item>
            <Item icon={LogOut} onSelect={run(onLogOut)}>
              {texts.user.logOut}
            </Item>
          </Command.Group>
          {rows.length > 0 && (
            <Command.Group heading={words.tasks} className={group}>
              {rows.slice(0, mostTasks).map((task) => (
                <Command.Item
                  key={task.taskId}
                  // The server has found it: it stays, whatever of it the typed text is in.
                  value={`${task.title} ${wanted} ${task.taskId}`}
                  onSelect={run(() => { openTask(task.taskId); })}
                  className={item}
                >
                  <StatusIcon status={task.status} named />
                  <span className="min-w-0 flex-1 truncate">{task.title}</span>
                  <span className="shrink-0 text-sm text-soft">{task.creator.name}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {wanted !== '' && (
            <Command.Item value={`search ${wanted}`} onSelect={run(show({ q: wanted }))} className={item}>
              <Search size={16} aria-hidden="true" className="text-soft" />
              {words.searchAll(wanted)}
            </Command.Item>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}

const group = '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft';
const item = 'flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-3 py-1 select-none data-[selected=true]:bg-hover pointer-coarse:min-h-11';

interface ItemProps {
  icon: LucideIcon | ReactNode;
  keys?: readonly string[];
  onSelect: () => void;
  children: string;
}

function Item({ icon: Icon, keys = [], onSelect, children }: ItemProps) {
  return (
    <Command.Item value={children} onSelect={onSelect} className={item}>
      {isComponent(Icon) ? <Icon size={16} aria-hidden="true" className="text-soft" /> : Icon}
      <span className="flex-1">{children}</span>
      <span className="flex gap-1" aria-hidden="true">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </Command.Item>
  );
}

function isComponent(icon: LucideIcon | ReactNode): icon is LucideIcon {
  return typeof icon === 'object' && icon !== null && 'render' in icon;
}

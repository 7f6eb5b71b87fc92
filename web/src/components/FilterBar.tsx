import { ListFilter, Search, X } from 'lucide-react';
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState, type RefObject } from 'react';
import type { Status, TaskSummary } from '../api/types';
import { useFilters } from '../hooks/useFilters';
import { useShortcuts } from '../hooks/useShortcuts';
import { noFilters, type Filters } from '../store/filters';
import { statuses } from '../store/status';
import { statusText, texts } from '../texts';
import { StatusIcon } from './StatusBadge';
import { Button } from './ui/Button';
import { classes } from './ui/classes';
import { Field, Input } from './ui/Field';
import { Popover } from './ui/Popover';

const words = texts.filters;

const fieldNames = ['creator', 'repo', 'team', 'label'] as const;
type FieldName = (typeof fieldNames)[number];

const typingMs = 200;

/** What the rows at hand suggest for each field. */
type Suggestions = Record<FieldName, readonly string[]>;

/** What the list is narrowed to, all of it in the address. */
export function FilterBar({ rows }: { rows: readonly TaskSummary[] }) {
  const { filters, count, change } = useFilters();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  const toggle = (status: Status) => {
    const chosen = filters.status.includes(status)
      ? filters.status.filter((other) => other !== status)
      : [...filters.status, status];
    change({ status: chosen });
  };

  return (
    <div role="search" aria-label={words.heading} className="border-b border-line px-4 py-2">
      <div className="flex items-center gap-2">
        <SearchBox value={filters.q} onChange={(q) => { change({ q }); }} />
        <Popover
          label={words.heading}
          open={open}
          onOpenChange={setOpen}
          trigger={
            <Button ref={button} size="small" className="h-8">
              <ListFilter size={15} aria-hidden="true" />
              {words.open}
              {count > 0 && <span className="rounded-full bg-accent px-1.5 text-xs text-on-accent tabular-nums">{count}</span>}
            </Button>
          }
        >
          <div className="grid gap-4">
            <fieldset className="grid gap-1.5">
              <legend className="mb-1.5 font-medium">{words.status}</legend>
              <div className="flex flex-wrap gap-1.5">
                {statuses.map((status) => (
                  <StatusToggle
                    key={status}
                    status={status}
                    pressed={filters.status.includes(status)}
                    onToggle={() => { toggle(status); }}
                  />
                ))}
              </div>
            </fieldset>
            <FilterFields rows={rows} />
            <Button size="small" className="justify-self-start" aria-disabled={count === 0} onClick={() => { change(noFilters); }}>
              {words.clear}
            </Button>
          </div>
        </Popover>
      </div>
      <ActiveFilters button={button} />
    </div>
  );
}

interface SearchBoxProps {
  value: string;
  onChange: (text: string) => void;
}

/** The text is its own until typing pauses: then the address, and with it the list, follows. */
function SearchBox({ value, onChange }: SearchBoxProps) {
  const { text, setText, send } = useOwnText(value, onChange);
  const input = useRef<HTMLInputElement>(null);

  const settle = useEffectEvent(() => { send(text.trim()); });
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const wait = window.setTimeout(() => { settle(); }, typingMs);
    return () => { window.clearTimeout(wait); };
  }, [text, value]);

  useShortcuts({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });

  return (
    <label className="relative min-w-0 flex-1">
      <span className="sr-only">{words.search}</span>
      <Search size={15} aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
      <input
        ref={input}
        type="search"
        value={text}
        placeholder={words.searchHint}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => { setText(event.target.value); }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (text === '') event.currentTarget.blur();
          else setText('');
        }}
        className="h-8 w-full rounded-md border border-transparent bg-sunken pr-2 pl-8 hover:border-line-strong focus:border-control pointer-coarse:h-11"
      />
    </label>
  );
}

interface OwnText {
  text: string;
  setText: (text: string) => void;
  /** Passes on what has been entered. */
  send: (entered: string) => void;
}

/**
 * A text that is its own until it is sent. What was sent comes back as the value a moment later, and more may
 * have been typed since: only what comes from elsewhere, a link or going back, is taken over.
 */
function useOwnText(value: string, onChange: (entered: string) => void): OwnText {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const [sent, setSent] = useState<readonly string[]>([]);

  if (value !== known) {
    setKnown(value);
    const own = sent.indexOf(value);
    setSent(sent.slice(own + 1));
    if (own < 0) setText(value);
  }

  const send = (entered: string) => {
    setSent([...sent, entered]);
    onChange(entered);
  };
  return { text, setText, send };
}

interface StatusToggleProps {
  status: Status;
  pressed: boolean;
  onToggle: () => void;
}

function StatusToggle({ status, pressed, onToggle }: StatusToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onToggle}
      className={classes(
        'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-sm pointer-coarse:h-10',
        pressed ? 'border-accent bg-accent-wash text-text' : 'border-line-strong text-soft hover:bg-hover',
      )}
    >
      <StatusIcon status={status} size={14} />
      {statusText[status]}
    </button>
  );
}

/** Only while they are seen is it worked out what the rows suggest. */
function FilterFields({ rows }: { rows: readonly TaskSummary[] }) {
  const { filters, change } = useFilters();
  const suggestions = useSuggestions(rows);
  return fieldNames.map((name) => (
    <FilterField
      key={name}
      name={name}
      value={filters[name] ?? ''}
      known={suggestions[name]}
      onChange={(value) => { change({ [name]: value || null }); }}
    />
  ));
}

/** What the loaded rows suggest to filter by. */
function useSuggestions(rows: readonly TaskSummary[]): Suggestions {
  return useMemo(() => {
    const some = rows.slice(0, 500);
    const distinct = (values: (string | null)[]) =>
      [...new Set(values)].filter((value) => value !== null).sort((a, b) => a.localeCompare(b));
    return {
      creator: distinct(some.map((row) => row.creator.id)),
      repo: distinct(some.map((row) => row.repo)),
      team: distinct(some.map((row) => row.team)),
      label: distinct(some.flatMap((row) => row.labels)),
    };
  }, [rows]);
}

interface FilterFieldProps {
  name: FieldName;
  value: string;
  known: readonly string[];
  onChange: (value: string) => void;
}

/** Takes effect when it is left or entered, so that no half-typed name empties the list. */
function FilterField({ name, value, known, onChange }: FilterFieldProps) {
  const { text, setText, send } = useOwnText(value, onChange);
  const list = useId();

  const done = () => {
    const entered = text.trim();
    if (entered !== text) setText(entered);
    if (entered !== value) send(entered);
  };
  return (
    <Field label={words[name]}>
      {(control) => (
        <>
          <Input
            {...control}
            value={text}
            list={list}
            autoComplete="off"
            spellCheck={false}
            placeholder={name === 'creator' ? words.anyone : undefined}
            onChange={(event) => { setText(event.target.value); }}
            onBlur={done}
            onKeyDown={(event) => {
              if (event.key === 'Enter') done();
            }}
          />
          <datalist id={list}>
            {known.map((option) => (
              <option key={option} value={option} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

/** `button`: what they are set by, which has the focus when the last one is taken away. */
function ActiveFilters({ button }: { button: RefObject<HTMLButtonElement | null> }) {
  const { filters, count, change } = useFilters();
  const list = useRef<HTMLUListElement>(null);
  if (count === 0) return null;

  const remove = (chip: HTMLElement, changes: Partial<Filters>) => {
    const chips = [...(list.current?.querySelectorAll('button') ?? [])];
    const place = chips.findIndex((each) => each === chip);
    (chips[place + 1] ?? chips[place - 1] ?? button.current)?.focus();
    change(changes);
  };

  return (
    <ul ref={list} role="list" aria-label={words.active} className="mt-2 flex flex-wrap gap-1.5">
      {filters.status.map((status) => (
        <Chip
          key={status}
          name={words.status}
          value={statusText[status]}
          onRemove={(chip) => { remove(chip, { status: filters.status.filter((other) => other !== status) }); }}
        />
      ))}
      {fieldNames.map((name) => {
        const value = filters[name];
        return value === null ? null : (
          <Chip key={name} name={words[name]} value={value} onRemove={(chip) => { remove(chip, { [name]: null }); }} />
        );
      })}
    </ul>
  );
}

interface ChipProps {
  name: string;
  value: string;
  /** Is given the button that was pressed. */
  onRemove: (chip: HTMLElement) => void;
}

function Chip({ name, value, onRemove }: ChipProps) {
  return (
    <li className="inline-flex max-w-full items-center rounded-md border border-line-strong text-sm">
      <span className="truncate py-0.5 pl-2">
        <span className="text-soft">{name}:</span> {value}
      </span>
      <button
        type="button"
        aria-label={words.remove(name, value)}
        onClick={(event) => { onRemove(event.currentTarget); }}
        className="flex size-6.5 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-text pointer-coarse:size-10"
      >
        <X size={13} aria-hidden="true" />
      </button>
    </li>
  );
}

import type { ReactNode } from 'react';
import type { Visibility } from '../api/types';
import { texts, visibilityText } from '../texts';
import { sendOnEnter } from './sendOnEnter';
import { lengthOf, most, type TaskText, type Wrong } from './taskRules';
import { Field, Input, Select, TextArea } from './ui/Field';

const words = texts.create;
const visibilities: readonly Visibility[] = ['everyone', 'team', 'private'];

interface TaskFieldsProps {
  text: TaskText;
  wrong: Wrong;
  teams: readonly string[];
  /** Whether the repository can still be chosen. */
  withRepo: boolean;
  onChange: (changes: Partial<TaskText>) => void;
  onSend: () => void;
  /** Around what is seldom needed. */
  fold: (more: ReactNode) => ReactNode;
}

/** The fields of a task, for a new one and for an edited one. */
export function TaskFields({ text, wrong, teams, withRepo, onChange, onSend, fold }: TaskFieldsProps) {
  const errorOf = (name: keyof TaskText, label: string) => {
    const rule = wrong[name];
    return rule === undefined ? null : `${label} ${rule}`;
  };
  const titleLength = lengthOf(text.title.trim());
  const nearlyFull = lengthOf(text.description) > most.description * 0.9;
  return (
    <>
      <Field
        label={words.title}
        error={errorOf('title', words.title)}
        hint={titleLength > most.title * 0.8 ? `${titleLength} / ${most.title}` : undefined}
      >
        {(control) => (
          <Input
            {...control}
            required
            data-first
            autoComplete="off"
            className="text-base"
            placeholder={words.titlePlaceholder}
            value={text.title}
            onChange={(event) => { onChange({ title: event.target.value }); }}
            onKeyDown={sendOnEnter(onSend)}
          />
        )}
      </Field>
      <Field
        label={words.description}
        hint={nearlyFull ? `${lengthOf(text.description)} / ${most.description}` : words.descriptionHint}
        error={errorOf('description', words.description)}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={6}
            className="min-h-32 max-h-[40vh]"
            value={text.description}
            onChange={(event) => { onChange({ description: event.target.value }); }}
            onKeyDown={sendOnEnter(onSend)}
          />
        )}
      </Field>
      {fold(
        <div className="grid gap-4 sm:grid-cols-2">
          {withRepo && (
            <Field label={words.repo} hint={words.repoHint} error={errorOf('repo', words.repo)}>
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  spellCheck={false}
                  value={text.repo}
                  onChange={(event) => { onChange({ repo: event.target.value }); }}
                  onKeyDown={sendOnEnter(onSend)}
                />
              )}
            </Field>
          )}
          <Field label={words.labels} hint={words.labelsHint} error={errorOf('labels', words.labels)}>
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                value={text.labels}
                onChange={(event) => { onChange({ labels: event.target.value }); }}
                onKeyDown={sendOnEnter(onSend)}
              />
            )}
          </Field>
          <Field label={words.visibility} error={errorOf('visibility', words.visibility)}>
            {(control) => (
              <Select
                {...control}
                value={text.visibility}
                onChange={({ target }) => {
                  const chosen = visibilities.find((each) => each === target.value);
                  if (chosen) onChange({ visibility: chosen, team: chosen === 'team' ? text.team || (teams[0] ?? '') : text.team });
                }}
              >
                {visibilities.map((visibility) => (
                  <option key={visibility} value={visibility} disabled={visibility === 'team' && teams.length === 0 && text.team === ''}>
                    {visibilityText[visibility]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {(teams.length > 0 || text.team !== '') && (
            <Field label={words.team} error={errorOf('team', words.team)}>
              {(control) => (
                <Select {...control} value={text.team} onChange={(event) => { onChange({ team: event.target.value }); }}>
                  <option value="">{text.visibility === 'team' ? words.chooseTeam : words.noTeam}</option>
                  {[...new Set([...teams, ...(text.team === '' ? [] : [text.team])])].map((team) => (
                    <option key={team}>{team}</option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>,
      )}
    </>
  );
}
